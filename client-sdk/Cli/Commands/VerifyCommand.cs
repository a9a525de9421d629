using System.CommandLine;
using System.Diagnostics;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Verifier.Explanations;
using NearData.Verifier.Rejections;

namespace NearData.Cli.Commands;

/// <summary><c>neardata verify FILE...</c>: what the node's verifier says of each program, without a node.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("file") { Description = "eBPF objects, or C sources where clang is installed", Arity = ArgumentArity.OneOrMore };
        Option<ProgramKind?> kind = new("--kind")
        {
            Description = "What packet programs are called with, whatever their sections are named: xdp, socketfilter or trafficcontrol",
        };
        Option<string?> only = new("--program") { Description = "Only the program of this name" };
        Option<bool> all = new("--all") { Description = "Tell all independent findings of a program, not the first alone" };
        Option<bool> log = new("--log") { Description = "Print each look at an instruction with all that is known before it, to standard error" };
        return new Command("verify", "Prove programs safe, or say which instruction can't be proven; exit code 0 only if all are")
        {
            files,
            kind,
            only,
            all,
            log,
        }.Runs(async (parsed, output, cancellation) =>
        {
            FindingCount count = parsed.GetValue(all) ? FindingCount.All : FindingCount.First;
            List<VerifyReport> reports = [];
            foreach (string file in parsed.GetRequiredValue(files))
            {
                BpfObject source = BpfObject.Read(await ProgramSource.ReadAsync(file, cancellation));
                foreach ((_, UntypedProgram? untyped, Program? program) in Select(source, parsed.GetValue(kind), parsed.GetValue(only)))
                {
                    if (program is not null && parsed.GetValue(log))
                    {
                        VerifyLog.Write(program, output.Format);
                    }

                    reports.Add(program is not null
                        ? Verify(file, source.Sha256, program, count)
                        : new VerifyReport(
                            file, source.Sha256, untyped!.Section, null, ProgramIdentity.Of(untyped.AsMemory(0)), false, null, 0, [VerifyReport.Finding.UnknownKind(untyped)]));
                }
            }

            if (reports.Count == 0)
            {
                throw new CliException(parsed.GetValue(only) is { } name ? $"There is no program '{name}'." : "There are no programs.");
            }

            output.Show(reports, VerifyReport.Print);
            return reports.TrueForAll(report => report.Accepted) ? CliCommand.Succeeded : CliCommand.Failed;
        });
    }

    /// <summary>An object's programs in order, each with its kind where something says it.</summary>
    private static IEnumerable<(string Name, UntypedProgram? Untyped, Program? Program)> Select(BpfObject source, ProgramKind? kind, string? only)
    {
        bool isPacketKind = kind is ProgramKind.Xdp or ProgramKind.SocketFilter or ProgramKind.TrafficControl;
        if (kind is not null && !isPacketKind)
        {
            throw new CliException($"'{kind}' can't be given with --kind: filter and reduce say by their sections what they are called with. Give xdp, socketfilter or trafficcontrol.");
        }

        IEnumerable<(string Name, UntypedProgram? Untyped, Program? Program)> programs =
        [
            .. source.Programs.Select(program => (program.Name, (UntypedProgram?)null, (Program?)(isPacketKind && program.Context is ProgramContext.Fields ? program.As(kind!.Value) : program))),
            .. source.Untyped.Select(program => (program.Name, (UntypedProgram?)program, isPacketKind ? program.As(kind!.Value) : null)),
        ];
        return programs.Where(program => only is null || program.Name == only);
    }

    private static VerifyReport Verify(string file, string sha256, Program program, FindingCount count)
    {
        ProgramIdentity identity = ProgramIdentity.Of(program);
        long start = Stopwatch.GetTimestamp();
        bool isAccepted = ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out Rejection? _);
        double milliseconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);
        VerifyReport.Finding[] findings = isAccepted ? [] : [.. ProgramVerifier.Explain(program, count).Select(VerifyReport.Finding.Of)];
        return new VerifyReport(
            file, sha256, program.Section, program.Kind.ToString(), ProgramIdentity.Of(program), isAccepted, verified?.Facts.WorstCaseInstructions, milliseconds, findings);
    }
}

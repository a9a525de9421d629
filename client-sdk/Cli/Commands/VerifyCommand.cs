using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Serialization;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Verifier.Rejections;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata verify FILE...</c>: what the node's verifier says of each program, without a node.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string[]> files = new("file") { Description = "eBPF objects, or C sources where clang is installed", Arity = ArgumentArity.OneOrMore };
        Option<ProgramKind?> kind = new("--kind")
        {
            Description = "What programs in sections of unknown names are called with: xdp, socketfilter or trafficcontrol",
        };
        return new Command("verify", "Prove programs safe, or say which instruction can't be proven; exit code 0 only if all are")
        {
            files,
            kind,
        }.Runs(async (parsed, output, cancellation) =>
        {
            List<Verdict> verdicts = [];
            foreach (string file in parsed.GetRequiredValue(files))
            {
                BpfObject source = BpfObject.Read(await ProgramSource.ReadAsync(file, cancellation));
                verdicts.AddRange(source.Programs.Select(program => Verify(file, source, program)));
                verdicts.AddRange(source.Untyped.Select(program => VerifyAs(parsed.GetValue(kind), file, source, program)));
            }

            output.Show(verdicts, Print);
            return verdicts.TrueForAll(verdict => verdict.Accepted) ? CliCommand.Succeeded : CliCommand.Failed;
        });
    }

    /// <summary>Nothing can be proven of a program before somebody says what it is called with.</summary>
    private static Verdict VerifyAs(ProgramKind? kind, string file, BpfObject source, UntypedProgram program) =>
        kind is ProgramKind.Xdp or ProgramKind.SocketFilter or ProgramKind.TrafficControl
            ? Verify(file, source, program.As(kind.Value))
            : new Verdict(
                file, source.Sha256, program.Section, ProgramIdentity.Of(program.AsMemory(0)), false, null, 0, "KindUnknown", null,
                $"Program '{program.Name}': its section '{program.Section}' doesn't say what it is called with; say it with --kind xdp, socketfilter or trafficcontrol.");

    private static Verdict Verify(string file, BpfObject source, Program program)
    {
        ProgramIdentity identity = ProgramIdentity.Of(program);
        long start = Stopwatch.GetTimestamp();
        try
        {
            VerifiedProgram verified = ProgramVerifier.Verify(program);
            return new Verdict(file, source.Sha256, program.Section, identity, true, verified.Facts.WorstCaseInstructions, Milliseconds(start));
        }
        catch (ProgramRejectedException rejection)
        {
            return new Verdict(
                file, source.Sha256, program.Section, identity, false, null, Milliseconds(start), rejection.Code.ToString(), rejection.Instruction, rejection.Message);
        }
    }

    private static double Milliseconds(long start) => Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);

    private static void Print(IAnsiConsole console, List<Verdict> verdicts)
    {
        Table table = Output.Table("file", "program", "section", "tag", "before Linux 6.18", "verdict", "worst case", "time");
        foreach (Verdict verdict in verdicts)
        {
            table.AddRow(
                Markup.Escape(verdict.File),
                Markup.Escape(verdict.Program),
                Markup.Escape(verdict.Section),
                verdict.Tag,
                verdict.LegacyTag,
                verdict.Accepted ? "[green]accepted[/]" : "[red]rejected[/]",
                verdict.WorstCaseInstructions is { } cost ? $"{cost} instructions" : "",
                $"{verdict.Milliseconds} ms");
        }

        console.Write(table);
        foreach ((string file, string sha256) in verdicts.Select(verdict => (verdict.File, verdict.Sha256)).Distinct())
        {
            console.WriteLine($"{file}: object {sha256}");
        }

        foreach (Verdict verdict in verdicts.Where(verdict => !verdict.Accepted))
        {
            console.MarkupLineInterpolated($"[red]{verdict.Code}[/] {verdict.Message}");
        }
    }

    /// <param name="Sha256">Of the object.</param>
    private sealed record Verdict(
        string File,
        string Sha256,
        string Section,
        [property: JsonIgnore] ProgramIdentity Identity,
        bool Accepted,
        long? WorstCaseInstructions,
        double Milliseconds,
        string? Code = null,
        int? Instruction = null,
        string? Message = null)
    {
        public string Program => Identity.Name;

        public string Tag => Identity.Tag;

        public string LegacyTag => Identity.LegacyTag;
    }
}

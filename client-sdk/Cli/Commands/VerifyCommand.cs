using System.CommandLine;
using System.Diagnostics;
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
                verdicts.AddRange(source.Programs.Select(program => Verify(file, program)));
                verdicts.AddRange(source.Untyped.Select(program => VerifyAs(parsed.GetValue(kind), file, program)));
            }

            output.Show(verdicts, Print);
            return verdicts.TrueForAll(verdict => verdict.Accepted) ? CliCommand.Succeeded : CliCommand.Failed;
        });
    }

    /// <summary>Nothing can be proven of a program before somebody says what it is called with.</summary>
    private static Verdict VerifyAs(ProgramKind? kind, string file, UntypedProgram program) =>
        kind is ProgramKind.Xdp or ProgramKind.SocketFilter or ProgramKind.TrafficControl
            ? Verify(file, program.As(kind.Value))
            : new Verdict(
                file, program.Name, program.Section, false, null, 0, "KindUnknown", null,
                $"Program '{program.Name}': its section '{program.Section}' doesn't say what it is called with; say it with --kind xdp, socketfilter or trafficcontrol.");

    private static Verdict Verify(string file, Program program)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            VerifiedProgram verified = ProgramVerifier.Verify(program);
            return new Verdict(file, program.Name, program.Section, true, verified.Facts.WorstCaseInstructions, Milliseconds(start));
        }
        catch (ProgramRejectedException rejection)
        {
            return new Verdict(
                file, program.Name, program.Section, false, null, Milliseconds(start), rejection.Code.ToString(), rejection.Instruction, rejection.Message);
        }
    }

    private static double Milliseconds(long start) => Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3);

    private static void Print(IAnsiConsole console, List<Verdict> verdicts)
    {
        Table table = Output.Table("file", "program", "section", "verdict", "worst case", "time");
        foreach (Verdict verdict in verdicts)
        {
            table.AddRow(
                Markup.Escape(verdict.File),
                Markup.Escape(verdict.Program),
                Markup.Escape(verdict.Section),
                verdict.Accepted ? "[green]accepted[/]" : "[red]rejected[/]",
                verdict.WorstCaseInstructions is { } cost ? $"{cost} instructions" : "",
                $"{verdict.Milliseconds} ms");
        }

        console.Write(table);
        foreach (Verdict verdict in verdicts.Where(verdict => !verdict.Accepted))
        {
            console.MarkupLineInterpolated($"[red]{verdict.Code}[/] {verdict.Message}");
        }
    }

    private sealed record Verdict(
        string File,
        string Program,
        string Section,
        bool Accepted,
        long? WorstCaseInstructions,
        double Milliseconds,
        string? Code = null,
        int? Instruction = null,
        string? Message = null);
}

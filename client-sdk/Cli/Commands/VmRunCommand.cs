using System.CommandLine;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Cli.Commands;

/// <summary><c>neardata vm run</c>: runs a program once over given bytes.</summary>
internal static class VmRunCommand
{
    /// <summary>What runs the program.</summary>
    private enum Engine
    {
        /// <summary>The checking interpreter.</summary>
        Interpreter,

        /// <summary>Machine code, which only verified programs become.</summary>
        Compiled,
    }

    public static Command Create()
    {
        Option<Engine> engine = new("--engine") { Description = "What runs it", DefaultValueFactory = _ => Engine.Interpreter };
        Option<string> memory = new("--memory")
        {
            Description = "The bytes that the program is called with, in hexadecimal",
            DefaultValueFactory = _ => "",
        };
        Option<string> hex = new("--hex") { Description = "The program's instructions, in hexadecimal", Required = true };
        Option<bool> unverified = new("--interpreter-unverified")
        {
            Description = "Don't ask the verifier first: the interpreter checks every step anyway",
        };
        return new Command("run", "Run a program once and print r0: r1 is the memory, r2 its length")
        {
            engine, memory, hex, unverified,
        }.Runs((parsed, output, _) =>
        {
            byte[] bytes = HexText.Parse("--memory", parsed.GetRequiredValue(memory));
            Program program = VmProgramSource.OfCode(HexText.Parse("--hex", parsed.GetRequiredValue(hex)), ProgramKind.Memory, bytes.Length);
            VerifiedProgram? verified = parsed.GetValue(unverified) ? null : ProgramVerifier.Verify(program);
            using MapSet maps = new(program.Maps);
            ulong result = parsed.GetValue(engine) switch
            {
                Engine.Interpreter => new Interpreter(program, maps, verified?.Facts.WorstCaseInstructions ?? Interpreter.DefaultStepLimit).Run(bytes),
                _ when verified is null => throw new CliException("--engine compiled takes verified programs only; leave out --interpreter-unverified."),
                _ => CompiledMemoryProgram.Compile(verified).Run(bytes, maps),
            };
            output.Show(new VmRunReport($"0x{result:x}", Convert.ToHexStringLower(bytes), null, VmRunReport.Rows(maps)), VmRunReport.Print);
            return Task.FromResult(CliCommand.Succeeded);
        });
    }
}

using System.Diagnostics;
using System.Globalization;
using NearData.Isa.Programs;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.KernelCompare;

/// <summary>What programs take beyond their runs.</summary>
internal static class ProgramFootprint
{
    private const int Kept = 2_000;
    private const int Cycles = 10_000;

    /// <summary>A line for each figure.</summary>
    public static IEnumerable<string> Measure()
    {
        KernelCase parse = KernelCase.All.Single(test => test.Name == "parse");
        Program sample = parse.Compile();
        long before = Resident();
        List<CompiledMemoryProgram> kept = [];
        for (int program = 0; program < Kept; program++)
        {
            kept.Add(CompiledMemoryProgram.Compile(ProgramVerifier.Verify(sample)));
        }

        yield return Invariant($"resident memory of each of {kept.Count} loaded programs: {(Resident() - before) / 1024.0 / Kept:F1} KiB");
        kept.Clear();

        // The first thousand fill the pools that the runtime keeps.
        Cycle(sample, Cycles / 10);
        long settled = Resident();
        Cycle(sample, Cycles);
        yield return Invariant($"resident memory after {Cycles} loads and unloads: {(Resident() - settled) / 1024.0 / 1024.0:+0.0;-0.0} MiB on {settled / 1024.0 / 1024.0:F1} MiB");
    }

    private static void Cycle(Program program, int cycles)
    {
        for (int cycle = 0; cycle < cycles; cycle++)
        {
            CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program));
            using MapSet maps = new(program.Maps);
            compiled.Run(new byte[64], maps);
        }
    }

    private static long Resident()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

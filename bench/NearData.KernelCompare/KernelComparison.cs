using System.Diagnostics;
using System.Globalization;
using NearData.Isa.Programs;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.KernelCompare;

/// <summary>One case in the kernel's machine code and in ours, in turn; the least time of each counts.</summary>
/// <param name="Case">The program.</param>
/// <param name="NeardataNanoseconds">A run of compiled code, its call included.</param>
/// <param name="KernelNanoseconds">A run as the kernel itself measures it, in whole nanoseconds; a few instructions around the program are in it.</param>
internal sealed record KernelComparison(string Case, double NeardataNanoseconds, double KernelNanoseconds)
{
    /// <summary>How long a batch takes about: much less than a scheduler's time slice, so that some are never interrupted.</summary>
    private const double BatchNanoseconds = 200_000;

    /// <summary>Our time over the kernel's.</summary>
    public double Ratio => NeardataNanoseconds / KernelNanoseconds;

    /// <summary>Checks that both give the same r0, then times them.</summary>
    public static KernelComparison Run(KernelCase test, int repeat)
    {
        Program program = test.Compile();
        using KernelMachine kernel = KernelMachine.Load(program);
        using MapSet maps = new(program.Maps);
        CompiledMemoryProgram compiled = CompiledMemoryProgram.Compile(ProgramVerifier.Verify(program));
        foreach ((byte[] key, byte[] value) in test.Entries)
        {
            kernel.Maps[0].Update(key, value);
            maps[0].Update(key, value);
        }

        byte[] memory = [.. test.Memory];
        ulong expected = kernel.RunMemory(memory);
        ulong found = compiled.Run(memory, maps);
        if (expected != found)
        {
            throw new InvalidOperationException($"{test.Name}: r0 is 0x{found:x} here and 0x{expected:x} in the kernel.");
        }

        int batch = (int)(BatchNanoseconds / Math.Max(1, TimeHere(compiled, memory, maps, 100_000)));
        double here = double.MaxValue;
        double there = double.MaxValue;
        for (int round = 0; round < repeat; round++)
        {
            here = Math.Min(here, TimeHere(compiled, memory, maps, batch));
            there = Math.Min(there, kernel.Time(new byte[64], batch));
        }

        return new KernelComparison(test.Name, here, there);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Case,-10} NearData {NeardataNanoseconds,8:F1} ns, kernel {KernelNanoseconds,8:F1} ns, ratio {Ratio:F2}");

    private static double TimeHere(CompiledMemoryProgram compiled, byte[] memory, MapSet maps, int runs)
    {
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < runs; run++)
        {
            compiled.Run(memory, maps);
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / runs;
    }
}

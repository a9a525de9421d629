using System.Diagnostics;
using System.Globalization;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.KernelCompare;

/// <summary>How long loading takes, for each program of the test objects (<c>tests/programs</c>) and of the queries.</summary>
internal static class ObjectTimes
{
    private const int WarmingRounds = 40;

    /// <summary>A line for each program, and the sums.</summary>
    /// <param name="rounds">Times that each program is loaded; for its line the least time counts.</param>
    public static IEnumerable<string> Measure(int rounds)
    {
        List<Loaded> programs = [.. Packets()];
        yield return Cold(programs[0]);
        foreach (Loaded program in Enumerable.Repeat(programs, WarmingRounds).SelectMany(all => all))
        {
            program.Verify();
            program.Compile();
        }

        foreach (Loaded program in Enumerable.Repeat(programs, rounds).SelectMany(all => all))
        {
            program.Round();
        }

        yield return Invariant($"{"program",-44} {"slots",6} {"verify",9} {"kernel",9} {"ratio",6} {"compile",9}   (ms; the kernel's load is verification and its compiler)");
        foreach (Loaded program in programs)
        {
            yield return Invariant(
                $"{program.Name,-44} {program.Program.Code.Length,6} {program.Verifying.Min(),9:F3} {program.Kernel.Min(),9:F3} {program.Verifying.Min() / program.Kernel.Min(),6:F2} {program.Compiling.Min(),9:F3}");
        }

        double ours = programs.Sum(program => program.Verifying.Min());
        double kernel = programs.Sum(program => program.Kernel.Min());
        yield return Invariant($"{programs.Count} programs together: verification {ours:F2} ms, the kernel's load {kernel:F2} ms, ratio {ours / kernel:F2}");
        yield return Distribution("verification", programs.SelectMany(program => program.Verifying));
        yield return Distribution("the kernel's load", programs.SelectMany(program => program.Kernel));
        yield return Distribution("compilation", programs.SelectMany(program => program.Compiling));
        foreach (string line in Queries(rounds))
        {
            yield return line;
        }

        programs.ForEach(program => program.Dispose());
    }

    private static IEnumerable<Loaded> Packets() =>
        from compiler in ObjectPrograms.Compilers
        from name in ObjectPrograms.Names
        from program in ObjectPrograms.Read(name, compiler.Compiler, compiler.Cpu)
        select new Loaded($"{name}/{program.Name} ({compiler.Compiler}, {compiler.Cpu})", program);

    private static IEnumerable<string> Queries(int rounds)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Ground.Repository, "queries/programs"), "*.c").Order(StringComparer.Ordinal))
        {
            BpfObject query = BpfObject.Read(Clang.Compile(File.ReadAllText(file)));
            double[] times = [.. Enumerable.Range(0, WarmingRounds + (rounds * 10)).Select(_ => query.Programs.Sum(program => Time(() => ProgramVerifier.Verify(program))))];
            yield return Distribution($"verification of {Path.GetFileName(file)}, all its programs", times.Skip(WarmingRounds));
        }
    }

    private static string Cold(Loaded first)
    {
        double verifying = first.Verify();
        return Invariant($"cold start, {first.Name}: verification {verifying:F1} ms, compilation {first.Compile():F1} ms");
    }

    private static string Distribution(string what, IEnumerable<double> times)
    {
        double[] sorted = [.. times.Order()];
        return Invariant($"{what}: p50 {sorted[sorted.Length / 2]:F3} ms, p99 {sorted[sorted.Length * 99 / 100]:F3} ms, of {sorted.Length}");
    }

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A program with its times so far, in milliseconds.</summary>
    private sealed class Loaded(string name, Program program) : IDisposable
    {
        private readonly Lazy<VerifiedProgram> _verified = new(() => ProgramVerifier.Verify(program));
        private readonly KernelMaps _maps = KernelMaps.Create(program.Maps);

        public string Name => name;

        public Program Program => program;

        public List<double> Verifying { get; } = [];

        public List<double> Compiling { get; } = [];

        public List<double> Kernel { get; } = [];

        /// <summary>Does each once, and keeps the times.</summary>
        public void Round()
        {
            Verifying.Add(Verify());
            Compiling.Add(Compile());
            Kernel.Add(KernelLoader.TimeLoad(program, _maps).TotalMilliseconds);
        }

        public double Verify() => Time(() => ProgramVerifier.Verify(program));

        public double Compile() => Time(() => CompiledPacketProgram.Compile(_verified.Value));

        public void Dispose() => _maps.Dispose();
    }
}

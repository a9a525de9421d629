using System.Diagnostics;

namespace NearData.FirstAnswer;

/// <summary>Times from an object to its first answer, of programs that were never seen and of the same ones when they are loaded.</summary>
internal static class AnswerTimes
{
    /// <summary>Programs before the first that counts, while the runtime still compiles the engine's own code.</summary>
    private const int WarmUp = 150;

    /// <summary>Times that each program is asked for again.</summary>
    private const int CachedRuns = 5;

    /// <summary>Prints the first program's time, and percentiles of those after the warm-up.</summary>
    public static async Task RunAsync(IContestant contestant, string name, int programs)
    {
        ProgramSeries series = ProgramSeries.Of(name);
        Times fresh = new("never seen");
        Times known = new("cached");
        for (int i = 0; i < WarmUp + programs; i++)
        {
            byte[] elf = series.Next();
            Times.Pair first = await TimeAsync(contestant, elf);
            Times.Pair[] again = new Times.Pair[CachedRuns];
            for (int run = 0; run < again.Length; run++)
            {
                again[run] = await TimeAsync(contestant, elf);
            }

            await contestant.ForgetAsync(elf);
            if (i == 0)
            {
                Console.WriteLine($"{contestant.Name,-6} {name,-6} the first of all: {first.Load + first.Execution:F1} ms, of these {first.Load:F1} to load; then cached {again[0].Load + again[0].Execution:F2} ms");
            }

            if (i >= WarmUp)
            {
                fresh.Add(first);
                Array.ForEach(again, known.Add);
            }
        }

        Console.WriteLine($"{contestant.Name,-6} {name,-6} {fresh}");
        Console.WriteLine($"{contestant.Name,-6} {name,-6} {known}");
    }

    private static async Task<Times.Pair> TimeAsync(IContestant contestant, byte[] elf)
    {
        long start = Stopwatch.GetTimestamp();
        await contestant.LoadAsync(elf);
        double load = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await contestant.ExecuteAsync(elf);
        return new Times.Pair(load, Stopwatch.GetElapsedTime(start).TotalMilliseconds - load);
    }

    /// <summary>Times of one kind.</summary>
    private sealed class Times(string kind)
    {
        private readonly List<Pair> _pairs = [];

        public void Add(Pair pair) => _pairs.Add(pair);

        public override string ToString() =>
            $"{kind,-10}: least {Percentile(0, Whole):F2} ms, p50 {Percentile(0.5, Whole):F2} ms, p99 {Percentile(0.99, Whole):F2} ms; load p50 {Percentile(0.5, pair => pair.Load):F2}, "
            + $"execution p50 {Percentile(0.5, pair => pair.Execution):F2}";

        private double Percentile(double part, Func<Pair, double> time) => _pairs.Select(time).Order().ElementAt((int)(part * (_pairs.Count - 1)));

        private static double Whole(Pair pair) => pair.Load + pair.Execution;

        /// <summary>Milliseconds of the two steps.</summary>
        public readonly record struct Pair(double Load, double Execution);
    }
}

using System.Diagnostics;

namespace NearData.CompareMaps;

/// <summary>Operations per second of each contestant, in turn in one run, on one thread and on two.</summary>
internal static class MapComparison
{
    /// <summary>Far above the clock's grain and the start of threads, and short enough that some rounds meet nobody else on the machine.</summary>
    private const long Operations = 200_000;

    private const int Rounds = 60;

    private static void Main()
    {
        foreach (MapOperation operation in Enum.GetValues<MapOperation>())
        {
            Contestant?[] all =
            [
                new DictionaryContestant(operation), new HostContestant(operation), CompiledContestant.TryCreate(operation), KernelContestant.TryCreate(operation),
            ];
            Contestant[] contestants = [.. all.OfType<Contestant>()];
            foreach (int threads in (int[])[1, 2])
            {
                // In turn, so that what else the machine does hits all alike; the best round counts.
                double[] best = new double[contestants.Length];
                for (int round = 0; round < Rounds; round++)
                {
                    for (int number = 0; number < contestants.Length; number++)
                    {
                        best[number] = Math.Max(best[number], Measure(contestants[number], threads));
                    }
                }

                for (int number = 0; number < contestants.Length; number++)
                {
                    Console.WriteLine(
                        $"{operation,-6} {threads} thread(s)  {contestants[number].Name,-38} {best[number] / 1e6,6:F1} million/s  {best[number] / best[0],5:F2}");
                }
            }

            Array.ForEach(contestants, contestant => contestant.Dispose());
        }
    }

    private static double Measure(Contestant contestant, int threads)
    {
        long done = 0;
        long start = Stopwatch.GetTimestamp();
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(
            number => new Thread(() => Interlocked.Add(ref done, contestant.Run(number, Operations))))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return done / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}

using System.Diagnostics;

namespace NearData.CompareDecoding;

/// <summary>The least time of each of several jobs, done in turn, so that what else the machine does hits all alike.</summary>
internal static class LeastTime
{
    private const int Rounds = 60;

    /// <summary>Longer than the runtime takes to compile what runs often with all optimizations.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    /// <returns>Seconds for each job.</returns>
    public static double[] Of(params Action[] jobs)
    {
        double[] least = [.. jobs.Select(_ => double.MaxValue)];
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < WarmUp)
        {
            Array.ForEach(jobs, job => job());
        }

        for (int round = 0; round < Rounds; round++)
        {
            for (int job = 0; job < jobs.Length; job++)
            {
                long start = Stopwatch.GetTimestamp();
                jobs[job]();
                least[job] = Math.Min(least[job], Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return least;
    }
}

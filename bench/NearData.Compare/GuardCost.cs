using NearData.TestSupport;
using NearData.Vm;

namespace NearData.Compare;

/// <summary>What guards cost: the same query with and without them, in turn.</summary>
internal static class GuardCost
{
    public static async Task RunAsync(Query query, string folder, string codec, int threads, int repeat)
    {
        byte[][] objects = [.. query.Stages.Select(stage => Clang.Compile(stage.Source))];
        using NearDataContestant proven = new(query, objects, folder, threads, CacheState.Warm);
        using NearDataContestant guarded = new(query, objects, folder, threads, CacheState.Warm, CodeTrust.Guards);
        List<(double Proven, double Guarded)> times = [];
        for (int i = 0; i <= repeat; i++)
        {
            double with = (await guarded.RunAsync()).Milliseconds;
            double without = (await proven.RunAsync()).Milliseconds;
            if (i > 0)
            {
                times.Add((without, with));
            }
        }

        double least = times.Min(pair => pair.Guarded) / times.Min(pair => pair.Proven);
        double median = times.Select(pair => pair.Guarded / pair.Proven).Order().ElementAt(repeat / 2);
        Console.WriteLine(
            $"{query.Name} {codec,-6} {threads} thread(s): {times.Min(pair => pair.Proven):F1} ms, with guards {times.Min(pair => pair.Guarded):F1} ms, {least - 1:P1} more (median of the pairs {median - 1:P1})");
    }
}

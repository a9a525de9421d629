namespace NearData.Compare;

/// <summary>Runs both contestants in turn, so that a machine whose speed drifts slows both.</summary>
internal sealed class Comparison(Query query, string folder, double scaleFactor, string codec, CacheState cache, int repeat)
{
    public CompareCase Run(int threads)
    {
        using EngineContestant ours = new(query, folder, threads, cache);
        using DuckDbContestant theirs = new(query, folder, codec, threads, cache);
        List<double> ourTimes = [];
        List<double> theirTimes = [];

        // The first pair warms the page cache, our compiled code and DuckDB's buffers; it is checked and not counted.
        for (int i = 0; i <= repeat; i++)
        {
            Prepare();
            Run our = ours.Run();
            Prepare();
            Run their = theirs.Run();
            Check(our, their);
            if (i > 0)
            {
                ourTimes.Add(our.Milliseconds);
                theirTimes.Add(their.Milliseconds);
            }
        }

        return new CompareCase(
            query.Name, scaleFactor, codec, threads, cache.ToString().ToLowerInvariant(), repeat,
            Round(ourTimes.Min()), Round(theirTimes.Min()), Round(Median(ourTimes)), Round(Median(theirTimes)),
            ours.PeakMib, theirs.PeakMib, ours.CacheMib, theirs.CacheMib);
    }

    private void Prepare()
    {
        if (cache == CacheState.Cold)
        {
            foreach (QueryStage stage in query.Stages)
            {
                BenchmarkData.DropCache(folder, stage.Table);
            }
        }
    }

    private void Check(Run our, Run their)
    {
        string ours = Text(our);
        string theirs = Text(their);
        if (ours != theirs)
        {
            throw new InvalidOperationException($"{query.Name}, {codec}: NearData says\n{ours}\nDuckDB says\n{theirs}");
        }
    }

    private static string Text(Run run) => string.Join('\n', run.Rows.Select(row => string.Join(", ", row)));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Round(double milliseconds) => Math.Round(milliseconds, 2);
}

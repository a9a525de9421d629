namespace NearData.Compare;

/// <summary>Runs both contestants in turn, so that a machine whose speed drifts slows both.</summary>
internal static class Comparison
{
    public static async Task<CompareCase> RunAsync(Query query, string folder, double scaleFactor, string codec, int threads, int repeat)
    {
        using NearDataContestant ours = new(query, folder, threads);
        using DuckDbContestant theirs = new(query, folder, threads);
        List<double> ourTimes = [];
        List<double> theirTimes = [];

        // The first pair warms the page cache, our compiled code and DuckDB's buffers; it is checked and not counted.
        for (int i = 0; i <= repeat; i++)
        {
            Run our = await ours.RunAsync();
            Run their = theirs.Run();
            if (!our.Results.SequenceEqual(their.Results, StringComparer.Ordinal))
            {
                throw new InvalidOperationException(
                    $"{query.Name}, {codec}: NearData says {string.Join(", ", our.Results)}, DuckDB {string.Join(", ", their.Results)}.");
            }

            if (i > 0)
            {
                ourTimes.Add(our.Milliseconds);
                theirTimes.Add(their.Milliseconds);
            }
        }

        return new CompareCase(
            query.Name, scaleFactor, codec, threads, "warm", repeat,
            Round(ourTimes.Min()), Round(theirTimes.Min()), Round(Median(ourTimes)), Round(Median(theirTimes)));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Round(double milliseconds) => Math.Round(milliseconds, 2);
}

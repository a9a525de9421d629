namespace NearData.Engine.Explanation;

/// <summary>
/// How fast a node's executions were that were measured: what estimates of others are made of. It starts with what a core of a server does about
/// (docs/performance.md), and learns from each measure. Thread-safe.
/// </summary>
public sealed class StepRates
{
    /// <summary>The share of a new measure in an average.</summary>
    private const double Novelty = 0.25;

    private readonly Lock _lock = new();
    private double _decode = 1.0;
    private double _filter = 0.5;
    private double _reduce = 1.0;

    /// <summary>What a stage takes one worker.</summary>
    /// <param name="values">To be decoded.</param>
    /// <param name="rows">To be filtered.</param>
    /// <param name="kept">To be reduced.</param>
    public TimeSpan Estimate(long values, long rows, long kept)
    {
        lock (_lock)
        {
            return TimeSpan.FromMicroseconds(((values * _decode) + (rows * _filter) + (kept * _reduce)) / 1000);
        }
    }

    /// <summary>Learns from a stage.</summary>
    /// <param name="measure">What it took.</param>
    /// <param name="values">That it decoded, about.</param>
    internal void Learn(StageMeasure measure, long values)
    {
        lock (_lock)
        {
            _decode = Average(_decode, measure.Decode, values);
            _filter = Average(_filter, measure.Filter, measure.RowsScanned);
            _reduce = Average(_reduce, measure.Reduce, measure.RowsKept);
        }
    }

    private static double Average(double before, TimeSpan time, long count) =>
        count == 0 ? before : before + (Novelty * ((time.TotalNanoseconds / count) - before));
}

namespace NearData.Engine.Explanation;

/// <summary>What a stage has to do, at the most.</summary>
/// <param name="Values">To be decoded out of columns.</param>
/// <param name="RecordBytes">To be taken apart into records, of formats without columns.</param>
/// <param name="Filtered">Rows that the filter is run over.</param>
/// <param name="Kept">Rows that are reduced.</param>
internal readonly record struct StageWork(long Values, long RecordBytes, long Filtered, long Kept);

/// <summary>
/// How fast a node's executions were that were measured: what estimates of others are made of. It starts with what a core of a server does about
/// (docs/performance.md), and learns from each measure. Thread-safe.
/// </summary>
public sealed class StepRates
{
    /// <summary>The share of a new measure in an average, where it is of much work.</summary>
    private const double Novelty = 0.25;

    /// <summary>
    /// Values or rows of which a measure counts half: of few, what is measured is what an execution takes beside them, the runtime's compiler above all.
    /// </summary>
    private const double HalfWeight = 1 << 20;

    /// <summary>How many times as fast or as slow a measure may say that a step is: machines don't change more, but one that is busy seems to.</summary>
    private const double MostChange = 2;

    private readonly Lock _lock = new();

    // Nanoseconds of one core.
    private double _value = 1.0;
    private double _recordByte = 1.0;
    private double _filtered = 0.5;
    private double _kept = 1.0;

    /// <summary>What a stage takes one core.</summary>
    internal TimeSpan Estimate(in StageWork work)
    {
        lock (_lock)
        {
            return TimeSpan.FromMicroseconds(
                ((work.Values * _value) + (work.RecordBytes * _recordByte) + (work.Filtered * _filtered) + (work.Kept * _kept)) / 1000);
        }
    }

    /// <summary>Learns from a stage.</summary>
    /// <param name="measure">What it took.</param>
    /// <param name="work">What it had to do.</param>
    internal void Learn(StageMeasure measure, in StageWork work)
    {
        lock (_lock)
        {
            // A dataset with files of both kinds doesn't tell what either takes.
            _value = work.RecordBytes == 0 ? Average(_value, measure.Decode, work.Values) : _value;
            _recordByte = work.Values == 0 ? Average(_recordByte, measure.Decode, work.RecordBytes) : _recordByte;
            _filtered = Average(_filtered, measure.Filter, measure.RowsScanned);
            _kept = Average(_kept, measure.Reduce, measure.RowsKept);
        }
    }

    private static double Average(double before, TimeSpan time, long count)
    {
        if (count == 0)
        {
            return before;
        }

        double measured = Math.Clamp(time.TotalNanoseconds / count, before / MostChange, before * MostChange);
        return before + (Novelty * (count / (count + HalfWeight)) * (measured - before));
    }
}

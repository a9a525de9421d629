namespace NearData.Engine.Execution;

/// <summary>How a batch is filtered.</summary>
internal enum FilterWay
{
    /// <summary>Guards over dictionary codes first, the filter over what they leave.</summary>
    Guarded,

    /// <summary>The filter over each row.</summary>
    Plain,
}

/// <summary>
/// Which way of filtering is faster, where guards leave so many rows to the filter that they may cost more than they save: from time to time some batches
/// are filtered in each way and timed, and the faster one goes on. One worker's.
/// </summary>
internal sealed class FilterPace
{
    /// <summary>Batches between trials: a trial takes four, of which two may be up to some times as slow.</summary>
    internal const int LeastSpan = 64;

    /// <summary>The same, while trials find what they found before.</summary>
    private const int MostSpan = 1024;

    /// <summary>Batches before the first trial: dictionaries are tabulated, code is compiled.</summary>
    internal const int FirstSpan = 8;

    /// <summary>Batches of a trial, one way after the other: that pages begin in some of them mustn't decide.</summary>
    private const int TrialBatches = 4;

    private readonly double[] _least = new double[2];
    private FilterWay _settled = FilterWay.Guarded;
    private int _left = FirstSpan;
    private int _span = LeastSpan;
    private int _tried = TrialBatches;

    /// <summary>How the next batch is to be filtered.</summary>
    public FilterWay Way => IsTrial ? (FilterWay)(_tried % 2) : _settled;

    /// <summary>Whether the next batch is to be timed.</summary>
    public bool IsTrial => _tried < TrialBatches;

    /// <summary>A batch was filtered that wasn't timed.</summary>
    /// <param name="isOpen">Whether the other way may be faster: the filter was run over all rows, or over many that guards left.</param>
    public void Pass(bool isOpen)
    {
        _left -= _left > 0 ? 1 : 0;
        if (_left == 0 && isOpen)
        {
            _tried = 0;
            _least.AsSpan().Fill(double.PositiveInfinity);
        }
    }

    /// <summary>A batch was filtered and timed, with all that came of it.</summary>
    /// <param name="ticks">What it took, of any clock.</param>
    /// <param name="rows">How many rows it had.</param>
    /// <param name="isOpen">As in <see cref="Pass"/>.</param>
    public void Measure(long ticks, int rows, bool isOpen)
    {
        ref double least = ref _least[(int)Way];
        least = Math.Min(least, (double)ticks / rows);
        (double guarded, double plain) = (_least[(int)FilterWay.Guarded], _least[(int)FilterWay.Plain]);
        if (!isOpen)
        {
            Settle(FilterWay.Guarded);
        }
        else if (++_tried == TrialBatches || (_tried == 2 && plain > 2 * guarded))
        {
            Settle(plain < guarded ? FilterWay.Plain : FilterWay.Guarded);
        }
    }

    private void Settle(FilterWay way)
    {
        _span = way == _settled ? Math.Min(2 * _span, MostSpan) : LeastSpan;
        _settled = way;
        _left = _span;
        _tried = TrialBatches;
    }
}

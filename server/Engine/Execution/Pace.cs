namespace NearData.Engine.Execution;

/// <summary>
/// Which of two ways of doing something with batches is faster, where one may cost more than it saves: from time to time some batches are done in
/// each way and timed, and the faster one goes on. One worker's.
/// </summary>
/// <param name="usual">The way until both were tried.</param>
/// <param name="other">The other way.</param>
internal sealed class Pace<TWay>(TWay usual, TWay other)
    where TWay : struct
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
    private int _settled;
    private int _left = FirstSpan;
    private int _span = LeastSpan;
    private int _tried = TrialBatches;

    /// <summary>How the next batch is to be done.</summary>
    public TWay Way => Next == 0 ? usual : other;

    /// <summary>Whether the next batch is to be timed.</summary>
    public bool IsTrial => _tried < TrialBatches;

    private int Next => IsTrial ? _tried % 2 : _settled;

    /// <summary>A batch was done that wasn't timed.</summary>
    /// <param name="isOpen">Whether it may be that the usual way is the slower one.</param>
    public void Pass(bool isOpen)
    {
        _left -= _left > 0 ? 1 : 0;
        if (_left == 0 && isOpen)
        {
            _tried = 0;
            _least.AsSpan().Fill(double.PositiveInfinity);
        }
    }

    /// <summary>A batch was done and timed, with all that came of it.</summary>
    /// <param name="ticks">What it took, of any clock.</param>
    /// <param name="rows">how many rows it had.</param>
    /// <param name="isOpen">As in <see cref="Pass"/>.</param>
    public void Measure(long ticks, int rows, bool isOpen)
    {
        ref double least = ref _least[Next];
        least = Math.Min(least, (double)ticks / rows);
        if (!isOpen)
        {
            Settle(0);
        }
        else if (++_tried == TrialBatches || (_tried == 2 && _least[1] > 2 * _least[0]))
        {
            Settle(_least[1] < _least[0] ? 1 : 0);
        }
    }

    private void Settle(int way)
    {
        _span = way == _settled ? Math.Min(2 * _span, MostSpan) : LeastSpan;
        _settled = way;
        _left = _span;
        _tried = TrialBatches;
    }
}

namespace NearData.Engine.Pruning;

/// <summary>
/// What executions have learned of a program's filter, for the next one with the same parameters. Until it is learned all workers of an execution wait.
/// Of the parameters that were used last. Thread-safe.
/// </summary>
internal sealed class GuardMemory
{
    /// <summary>Sets of parameters: a dashboard's, or a benchmark's.</summary>
    public const int Most = 8;

    private readonly Lock _lock = new();

    // The last used last.
    private readonly List<(byte[] Constants, LearnedFilter Filter)> _kept = [];

    /// <summary>What is known of the filter with some parameters.</summary>
    /// <param name="constants">The bytes of <c>.rodata</c>, with the parameters in them. Kept: nobody changes them.</param>
    /// <param name="make">Makes one that knows nothing, where nothing is known.</param>
    public LearnedFilter Of(byte[] constants, Func<byte[], LearnedFilter> make)
    {
        lock (_lock)
        {
            int index = _kept.FindIndex(entry => entry.Constants.AsSpan().SequenceEqual(constants));
            (byte[], LearnedFilter Filter) known = index >= 0 ? _kept[index] : (constants, make(constants));
            if (index >= 0 || _kept.Count == Most)
            {
                _kept.RemoveAt(int.Max(index, 0));
            }

            _kept.Add(known);
            return known.Filter;
        }
    }
}

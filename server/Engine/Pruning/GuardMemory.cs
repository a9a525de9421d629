using System.Collections.Immutable;

namespace NearData.Engine.Pruning;

/// <summary>
/// What guards of a program's filter have learned, for the next execution with the same parameters: which values it can keep depends on nothing
/// else. Until it is learned all workers of an execution wait. Of the parameters that were used last. Thread-safe.
/// </summary>
internal sealed class GuardMemory
{
    /// <summary>Sets of parameters: a dashboard's, or a benchmark's.</summary>
    public const int Most = 8;

    private readonly Lock _lock = new();

    // The last used last.
    private readonly List<(byte[] Constants, ImmutableDictionary<int, ImmutableArray<ValueSegment>> Learned)> _kept = [];

    /// <summary>What is known of each field's values.</summary>
    /// <param name="constants">The bytes of <c>.rodata</c>, with the parameters in them.</param>
    public ImmutableDictionary<int, ImmutableArray<ValueSegment>> Recall(byte[] constants)
    {
        lock (_lock)
        {
            int index = IndexOf(constants);
            return index >= 0 ? _kept[index].Learned : ImmutableDictionary<int, ImmutableArray<ValueSegment>>.Empty;
        }
    }

    /// <summary>Keeps what an execution has learned in place of what was known before.</summary>
    /// <param name="constants">As there.</param>
    /// <param name="learned">Few segments of each field.</param>
    public void Remember(byte[] constants, ImmutableDictionary<int, ImmutableArray<ValueSegment>> learned)
    {
        lock (_lock)
        {
            int index = IndexOf(constants);
            if (index >= 0 || _kept.Count == Most)
            {
                _kept.RemoveAt(int.Max(index, 0));
            }

            _kept.Add((constants, learned));
        }
    }

    private int IndexOf(byte[] constants) => _kept.FindIndex(entry => entry.Constants.AsSpan().SequenceEqual(constants));
}

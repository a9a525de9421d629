using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>The memory that an owner's maps may take together. Thread-safe.</summary>
public sealed class MemoryBudget
{
    /// <summary>
    /// Bytes for the maps of one run where nobody says otherwise: every worker of every execution has its own, so this times both
    /// must fit a node.
    /// </summary>
    public const long DefaultLimit = 64L << 20;

    private long _used;

    /// <param name="limit">Bytes.</param>
    public MemoryBudget(long limit = DefaultLimit) => Limit = limit;

    /// <summary>Bytes.</summary>
    public long Limit { get; }

    /// <summary>Bytes that maps hold now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <exception cref="MapMemoryException">There is not so much left.</exception>
    internal void Take(MapDefinition map, Int128 bytes)
    {
        long used = Used;
        while (true)
        {
            if (bytes > Limit - used)
            {
                throw new MapMemoryException(
                    map.Name,
                    $"{map.MaxEntries} values of {map.ValueSize} bytes, with keys of {map.KeySize}, take {bytes} bytes; "
                    + $"{used} of {Limit} bytes are taken.");
            }

            long seen = Interlocked.CompareExchange(ref _used, used + (long)bytes, used);
            if (seen == used)
            {
                return;
            }

            used = seen;
        }
    }

    internal void Return(long bytes) => Interlocked.Add(ref _used, -bytes);
}

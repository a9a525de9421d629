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

    private readonly MemoryBudget? _shared;
    private long _used;

    /// <param name="limit">Bytes.</param>
    /// <param name="shared">What this owner's memory is a part of; null where it is its own.</param>
    public MemoryBudget(long limit = DefaultLimit, MemoryBudget? shared = null)
    {
        Limit = limit;
        _shared = shared;
    }

    /// <summary>Bytes.</summary>
    public long Limit { get; }

    /// <summary>Bytes that maps hold now.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <exception cref="MapMemoryException">There is not so much left.</exception>
    internal void Take(MapDefinition map, Int128 bytes)
    {
        TakeOwn(map, bytes);
        try
        {
            _shared?.Take(map, bytes);
        }
        catch (MapMemoryException)
        {
            Interlocked.Add(ref _used, -(long)bytes);
            throw;
        }
    }

    /// <summary>Takes so many bytes where they are left.</summary>
    internal bool TryTake(Int128 bytes)
    {
        if (!TryTakeOwn(bytes))
        {
            return false;
        }

        if (_shared is null || _shared.TryTake(bytes))
        {
            return true;
        }

        Interlocked.Add(ref _used, -(long)bytes);
        return false;
    }

    internal void Return(long bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        _shared?.Return(bytes);
    }

    private void TakeOwn(MapDefinition map, Int128 bytes)
    {
        if (!TryTakeOwn(bytes))
        {
            throw new MapMemoryException(
                map.Name,
                $"{map.MaxEntries} values of {map.ValueSize} bytes, with keys of {map.KeySize}, take {bytes} bytes; "
                + $"{Used} of {Limit} bytes are taken.")
            {
                IsTransient = bytes <= Limit,
            };
        }
    }

    private bool TryTakeOwn(Int128 bytes)
    {
        long used = Used;
        while (bytes <= Limit - used)
        {
            long seen = Interlocked.CompareExchange(ref _used, used + (long)bytes, used);
            if (seen == used)
            {
                return true;
            }

            used = seen;
        }

        return false;
    }
}

using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// An array or a hash whose values are maps. Programs find inner maps in it; the host puts them there. An inner map that is replaced or
/// deleted stays alive as long as this does, since a program may have just found it; disposing one that is or was in here is for
/// after this is disposed.
/// </summary>
public sealed unsafe class MapOfMaps : BpfMap
{
    private readonly BpfMap _slots;
    private readonly MapDefinition _inner;
    private readonly Lock _writing = new();
    private readonly HashSet<BpfMap> _kept = [];

    internal MapOfMaps(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, 0)
    {
        _inner = definition.Inner!;
        _slots = definition.Type == MapType.ArrayOfMaps
            ? new ArrayMap(definition with { Type = MapType.Array, ValueSize = sizeof(long), Flags = 0 }, budget, cpus: 1)
            : new HashMap(definition with { Type = MapType.Hash, ValueSize = sizeof(long), Flags = 0 }, budget, cpus);
    }

    /// <summary>Puts a map at a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="inner">A map like the definition's inner one, which the caller goes on owning.</param>
    /// <param name="flags">Of <see cref="UpdateFlags"/>.</param>
    public MapError Set(ReadOnlySpan<byte> key, BpfMap inner, ulong flags = UpdateFlags.Any)
    {
        if (!Fits(inner.Definition))
        {
            return MapError.Invalid;
        }

        if (Definition.Type == MapType.ArrayOfMaps && flags != UpdateFlags.Any)
        {
            return MapError.Invalid;
        }

        long header = (long)inner.Header;
        lock (_writing)
        {
            _kept.Add(inner);
            return _slots.Update(key, new ReadOnlySpan<byte>(&header, sizeof(long)), flags);
        }
    }

    /// <summary>The map at a key, or null.</summary>
    public BpfMap? Find(ReadOnlySpan<byte> key)
    {
        long header = 0;
        ThrowIfDisposed();
        return _slots.Lookup(key, new Span<byte>(&header, sizeof(long))) == MapError.None && header != 0 ? Of(header) : null;
    }

    internal override byte* Lookup(byte* key)
    {
        byte* slot = _slots.Lookup(key);
        return slot is null ? null : (byte*)Volatile.Read(ref *(long*)slot);
    }

    /// <summary>Whether a map that is or was in here has its header at an address.</summary>
    internal bool LeadsTo(long address)
    {
        lock (_writing)
        {
            return _kept.Any(inner => (long)inner.Header == address);
        }
    }

    internal override bool Holds(long address, long size)
    {
        lock (_writing)
        {
            return _kept.Any(inner => inner.Holds(address, size));
        }
    }

    internal override MapError Update(byte* key, byte* value, ulong flags) => MapError.Invalid;

    internal override MapError Delete(byte* key)
    {
        if (Definition.Type == MapType.HashOfMaps)
        {
            return _slots.Delete(key);
        }

        byte* slot = _slots.Lookup(key);
        if (slot is null)
        {
            return MapError.TooBig;
        }

        return Interlocked.Exchange(ref *(long*)slot, 0) == 0 ? MapError.NoEntry : MapError.None;
    }

    internal override MapError NextKey(byte* key, byte* next) => _slots.NextKey(key, next);

    // The number of an inner map is not known here: the host asks for the map itself.
    private protected override MapError CopyOut(byte* key, byte* value, ulong flags)
    {
        if (Lookup(key) is null)
        {
            return MapError.NoEntry;
        }

        Unsafe.WriteUnaligned(value, 0);
        return MapError.None;
    }

    private protected override void DisposeMore() => _slots.Dispose();

    /// <summary>Whether a map is like the inner one: what programs were proven to do with that, they may do with this.</summary>
    private bool Fits(MapDefinition given) =>
        given.Type == _inner.Type
        && given.KeySize == _inner.KeySize
        && given.ValueSize == _inner.ValueSize
        && given.Flags == _inner.Flags
        && given.SpinLockOffset == _inner.SpinLockOffset
        && (given.MaxEntries == _inner.MaxEntries || given.Type != MapType.Array || (given.Flags & MapFlags.InnerMap) != 0);
}

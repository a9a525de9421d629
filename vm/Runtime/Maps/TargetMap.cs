using System.Runtime.CompilerServices;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// Where packets can be redirected to: devices by index or by key, CPUs, or sockets. A value's first four bytes say where, in the host's
/// numbers: an interface's index, the length of a CPU's queue, a socket's descriptor; zero is nowhere. What is done with a packet is
/// the host's business; here is kept what it may choose from. Whether an interface exists isn't asked, unlike in the kernel.
/// </summary>
internal sealed unsafe class TargetMap : BpfMap
{
    /// <summary>Packets: the longest queue of a CPU that the kernel takes.</summary>
    private const uint LongestQueue = 16384;

    private readonly BpfMap _slots;
    private readonly int _cpus;

    public TargetMap(MapDefinition definition, MemoryBudget budget, int cpus)
        : base(definition, budget, 0)
    {
        _cpus = cpus;
        _slots = IsHash
            ? new HashMap(definition with { Type = MapType.Hash }, budget, cpus)
            : new ArrayMap(definition with { Type = MapType.Array }, budget, cpus: 1);
        Grid = _slots.Grid;
    }

    /// <summary>Whether a packet can go to all of them.</summary>
    public bool HoldsDevices => Definition.Type is MapType.DevMap or MapType.DevMapHash;

    internal override bool HasWritableValues => false;

    private bool IsHash => Definition.Type == MapType.DevMapHash;

    internal override byte* Lookup(byte* key)
    {
        byte* found = _slots.Lookup(key);
        return found is not null && Unsafe.ReadUnaligned<uint>(found) != 0 ? found : null;
    }

    internal override MapError Delete(byte* key)
    {
        if (IsHash)
        {
            return _slots.Delete(key);
        }

        byte* found = _slots.Lookup(key);
        if (found is null)
        {
            return MapError.Invalid;
        }

        Unsafe.InitBlockUnaligned(found, 0, (uint)Definition.ValueSize);
        return MapError.None;
    }

    internal override MapError NextKey(byte* key, byte* next) => _slots.NextKey(key, next);

    private protected override MapError HostUpdate(byte* key, byte* value, ulong flags)
    {
        if (flags > UpdateFlags.Exist)
        {
            return MapError.Invalid;
        }

        uint target = Unsafe.ReadUnaligned<uint>(value);
        if (IsHash)
        {
            return target == 0 ? MapError.Invalid : _slots.Update(key, value, flags & UpdateFlags.NoExist);
        }

        uint index = Unsafe.ReadUnaligned<uint>(key);
        MapError refused = index >= (uint)Definition.MaxEntries ? MapError.TooBig : Refuse(index, target, Lookup(key) is not null, flags);
        return refused == MapError.None ? _slots.Update(key, value, UpdateFlags.Any) : refused;
    }

    private protected override void DisposeMore() => _slots.Dispose();

    private MapError Refuse(uint index, uint target, bool isThere, ulong flags)
    {
        if (Definition.Type == MapType.XskMap)
        {
            return target == 0 ? MapError.Invalid
                : flags == UpdateFlags.NoExist && isThere ? MapError.Exists
                : flags == UpdateFlags.Exist && !isThere ? MapError.NoEntry
                : MapError.None;
        }

        if (flags == UpdateFlags.NoExist)
        {
            return MapError.Exists;
        }

        bool isQueue = Definition.Type == MapType.CpuMap;
        return isQueue && target > LongestQueue ? MapError.Overflow
            : isQueue && index >= (uint)_cpus ? MapError.NoDevice
            : MapError.None;
    }
}

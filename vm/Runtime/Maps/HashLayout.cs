using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>How much memory a hash takes for what: its index, then elements, chains, locks and, in LRU maps, marks of use.</summary>
internal readonly record struct HashLayout
{
    private const int MostLocks = 256;

    /// <param name="definition">What the map is.</param>
    /// <param name="cpus">CPUs that there may be.</param>
    public HashLayout(MapDefinition definition, int cpus)
    {
        IsPerCpu = definition.Type is MapType.PerCpuHash or MapType.LruPerCpuHash;
        IsLru = definition.Type is MapType.LruHash or MapType.LruPerCpuHash;
        Slot = BpfMap.Rounded(definition.ValueSize);
        ValueAt = HashElement.HeaderSize + BpfMap.Rounded(definition.KeySize);
        Stride = ValueAt + (Slot * (IsPerCpu ? cpus : 1));
        Elements = definition.MaxEntries + (long)cpus;

        // At least two for each element, so that most lookups look at one element: a chain of more is a branch that can't be foreseen.
        Buckets = BitOperations.RoundUpToPowerOf2(2 * (uint)definition.MaxEntries);
        Locks = uint.Min(Buckets, MostLocks);
    }

    /// <summary>Whether there is a value for each CPU.</summary>
    public bool IsPerCpu { get; }

    /// <summary>Whether elements that weren't used lately make room for new ones.</summary>
    public bool IsLru { get; }

    /// <summary>Bytes of one CPU's value.</summary>
    public long Slot { get; }

    /// <summary>Bytes from an element to its value.</summary>
    public long ValueAt { get; }

    /// <summary>Bytes of an element.</summary>
    public long Stride { get; }

    /// <summary>Elements; beyond the entries one for each CPU, which an update fills before the old one is free.</summary>
    public long Elements { get; }

    /// <summary>Chains: a power of two.</summary>
    public uint Buckets { get; }

    /// <summary>Locks of writers: a power of two, no more than chains.</summary>
    public uint Locks { get; }

    /// <summary>Bytes.</summary>
    public unsafe Int128 Size =>
        sizeof(HashIndex) + ((Int128)Stride * Elements) + (sizeof(uint) * ((Int128)Buckets + Locks)) + (IsLru ? Elements : 0);
}

using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>
/// A bloom filter: values are added, and asked for by <c>peek</c>. One that was added is always found; one that wasn't is found as
/// seldom as the bits allow, of which there are as many as in the kernel. Without locks.
/// </summary>
internal sealed unsafe class BloomFilterMap : BpfMap
{
    private const int DefaultHashes = 5;

    private readonly KeyHash[] _hashes;
    private readonly ulong* _words;
    private readonly uint _mask;

    public BloomFilterMap(MapDefinition definition, MemoryBudget budget)
        : base(definition, budget, Int128.Max(Bits(definition) / 8, sizeof(ulong)))
    {
        _hashes = [.. Enumerable.Range(1, Hashes(definition)).Select(number => new KeyHash(definition.ValueSize, (ulong)number << 32))];
        _words = (ulong*)Memory;
        _mask = (uint)(Bits(definition) - 1);
    }

    internal override MapError Push(byte* value, ulong flags)
    {
        if (flags != UpdateFlags.Any)
        {
            return MapError.Invalid;
        }

        foreach (KeyHash hash in _hashes)
        {
            uint bit = hash.Of(value) & _mask;
            Interlocked.Or(ref _words[bit / 64], 1UL << (int)(bit % 64));
        }

        return MapError.None;
    }

    internal override MapError Peek(byte* value)
    {
        foreach (KeyHash hash in _hashes)
        {
            uint bit = hash.Of(value) & _mask;
            if ((Volatile.Read(ref _words[bit / 64]) >> (int)(bit % 64) & 1) == 0)
            {
                return MapError.NoEntry;
            }
        }

        return MapError.None;
    }

    internal override MapError Update(byte* key, byte* value, ulong flags) => MapError.Invalid;

    internal override MapError Delete(byte* key) => MapError.NoOperation;

    internal override MapError NextKey(byte* key, byte* next) => MapError.NoOperation;

    private protected override MapError CopyOut(byte* key, byte* value, ulong flags) => flags == 0 ? Peek(value) : MapError.Invalid;

    private protected override MapError HostUpdate(byte* key, byte* value, ulong flags) => Push(value, flags);

    private static int Hashes(MapDefinition definition) => definition.Extra == 0 ? DefaultHashes : (int)definition.Extra;

    // Entries times hashes over ln 2 (7/5 is near it), rounded up to a power of two, as in the kernel.
    private static long Bits(MapDefinition definition)
    {
        ulong wanted = (ulong)definition.MaxEntries * (ulong)Hashes(definition) * 7 / 5;
        return (long)ulong.Clamp(BitOperations.RoundUpToPowerOf2(wanted), 64, 1UL << 32);
    }
}

using System.Runtime.CompilerServices;

namespace NearData.Vm.Maps;

/// <summary>Hashes and compares keys of one size.</summary>
internal readonly unsafe struct KeyHash
{
    // Odd constants with as many ones as zeros (those of wyhash): products spread each bit of the key over the whole number.
    private const ulong First = 0xa0761d6478bd642f;
    private const ulong Second = 0xe7037ed1a0b428db;

    private readonly int _size;
    private readonly ulong _seed;

    /// <param name="size">Bytes of a key.</param>
    /// <param name="seed">What keeps those who choose keys from choosing where they go.</param>
    public KeyHash(int size, ulong seed)
    {
        _size = size;
        _seed = seed ^ First;
    }

    public uint Of(byte* key)
    {
        ulong hash = Whole(key);
        return (uint)(hash ^ (hash >> 32));
    }

    /// <summary>As <see cref="Of"/>, of 64 bits.</summary>
    public ulong Whole(byte* key) => _size switch
    {
        sizeof(uint) => Multiply(Unsafe.ReadUnaligned<uint>(key) ^ _seed, Second),
        sizeof(ulong) => Multiply(Unsafe.ReadUnaligned<ulong>(key) ^ _seed, Second),
        _ => OfBytes(key),
    };

    public bool AreEqual(byte* left, byte* right) => _size switch
    {
        sizeof(uint) => Unsafe.ReadUnaligned<uint>(left) == Unsafe.ReadUnaligned<uint>(right),
        sizeof(ulong) => Unsafe.ReadUnaligned<ulong>(left) == Unsafe.ReadUnaligned<ulong>(right),
        _ => new ReadOnlySpan<byte>(left, _size).SequenceEqual(new ReadOnlySpan<byte>(right, _size)),
    };

    private static ulong Multiply(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    private ulong OfBytes(byte* key)
    {
        ulong hash = _seed;
        int at = 0;
        for (; at + sizeof(ulong) <= _size; at += sizeof(ulong))
        {
            hash = Multiply(hash ^ Unsafe.ReadUnaligned<ulong>(key + at), Second);
        }

        ulong rest = 0;
        for (; at < _size; at++)
        {
            rest = (rest << 8) | key[at];
        }

        return Multiply(hash ^ rest, Second ^ (ulong)_size);
    }
}

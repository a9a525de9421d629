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
        <= sizeof(ulong) => Multiply(Short(key) ^ _seed, Second),
        <= 2 * sizeof(ulong) => Multiply(
            Multiply(Unsafe.ReadUnaligned<ulong>(key) ^ _seed, Second) ^ Unsafe.ReadUnaligned<ulong>(key + _size - sizeof(ulong)), Second),
        _ => OfBytes(key),
    };

    /// <summary>The hash of a key of eight bytes.</summary>
    public ulong OfNumber(ulong key) => Multiply(key ^ _seed, Second);

    /// <summary>The hashes of many keys.</summary>
    /// <param name="keys">The first key.</param>
    /// <param name="stride">Bytes from one to the next.</param>
    /// <param name="hashes">Get them.</param>
    public void Whole(byte* keys, long stride, Span<ulong> hashes)
    {
        if (_size == sizeof(ulong))
        {
            for (int key = 0; key < hashes.Length; key++)
            {
                hashes[key] = OfNumber(Unsafe.ReadUnaligned<ulong>(keys + (key * stride)));
            }

            return;
        }

        for (int key = 0; key < hashes.Length; key++)
        {
            hashes[key] = Whole(keys + (key * stride));
        }
    }

    public bool AreEqual(byte* left, byte* right) => _size switch
    {
        <= sizeof(ulong) => Short(left) == Short(right),
        <= 2 * sizeof(ulong) => Unsafe.ReadUnaligned<ulong>(left) == Unsafe.ReadUnaligned<ulong>(right)
            && Unsafe.ReadUnaligned<ulong>(left + _size - sizeof(ulong)) == Unsafe.ReadUnaligned<ulong>(right + _size - sizeof(ulong)),
        _ => new ReadOnlySpan<byte>(left, _size).SequenceEqual(new ReadOnlySpan<byte>(right, _size)),
    };

    /// <summary>Values that a key can have; null where they are too many for a table of all of them.</summary>
    public int? Values => _size <= sizeof(ushort) ? 1 << (8 * _size) : null;

    // All bytes of a key of at most eight, some of them twice where its size is no power of two. Keys of two or three are read byte by byte, as
    // programs write those of text: a load of what several stores wrote waits for all of them to reach the cache. Inlined: calls of it were a
    // ninth of TPC-H Q1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Short(byte* key) => _size switch
    {
        sizeof(ulong) => Unsafe.ReadUnaligned<ulong>(key),
        sizeof(uint) => Unsafe.ReadUnaligned<uint>(key),
        > sizeof(uint) => Unsafe.ReadUnaligned<uint>(key) | ((ulong)Unsafe.ReadUnaligned<uint>(key + _size - sizeof(uint)) << 32),
        3 => key[0] | ((ulong)key[1] << 8) | ((ulong)key[2] << 16),
        2 => key[0] | ((ulong)key[1] << 8),
        _ => *key,
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

using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using NearData.Parquet.Encodings;
using NearData.Parquet.Thrift;

namespace NearData.Parquet.Writing;

/// <summary>Collects the hashes of a chunk's values, and makes a split-block bloom filter of them (BloomFilter.md).</summary>
/// <param name="width">Bytes per value, or 0 when each has its length before it.</param>
internal sealed class BloomFilterBuilder(int width)
{
    /// <summary>Bits per different value: one in a hundred absent values is taken for one that may be there (BloomFilter.md, Sizing).</summary>
    private const double BitsPerValue = 10.5;

    private readonly HashSet<ulong> _hashes = [];

    /// <summary>Takes PLAIN values in.</summary>
    public void Add(ReadOnlySpan<byte> plain)
    {
        PlainValues values = new(plain, width);
        while (values.MoveNext())
        {
            _hashes.Add(XxHash64.Of(values.Current));
        }
    }

    /// <summary>Starts a new chunk.</summary>
    public void Clear() => _hashes.Clear();

    /// <summary>The filter with its header, as a file holds it.</summary>
    public byte[] Build()
    {
        long wanted = (long)Math.Min(_hashes.Count * BitsPerValue / 8, BloomFilter.MaximumBits / 8);
        uint[] words = new uint[Math.Max((long)BitOperations.RoundUpToPowerOf2((ulong)wanted), BloomFilter.BlockLength) / sizeof(uint)];
        foreach (ulong hash in _hashes)
        {
            BloomFilter.Insert(words, hash);
        }

        ArrayBufferWriter<byte> output = new();
        CompactWriter writer = new(output);
        writer.BeginStruct();
        writer.WriteInt32(1, words.Length * sizeof(uint));
        for (int kind = 2; kind <= 4; kind++)
        {
            // Blocks, XXH64, uncompressed: the first member of each union, and the only one that there is.
            writer.BeginStruct(kind);
            writer.WriteEmptyStruct(1);
            writer.EndStruct();
        }

        writer.EndStruct();
        output.Write(MemoryMarshal.AsBytes<uint>(words));
        return output.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using System.Numerics;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Values;

/// <summary>Decimals in BYTE_ARRAY: each a length and as many bytes, big-endian.</summary>
internal sealed class PrefixedDecimalLayout<T> : PlainLayout<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public override int MinimumWidth => sizeof(int);

    public override int Decode(ReadOnlySpan<byte> source, Span<T> values, in PagePlace place)
    {
        int position = 0;
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> value = PrefixedBytes.Take(source, ref position, place);
            if (!BigEndianInteger.TryRead(value, out values[i]))
            {
                throw place.Broken($"A decimal of {value.Length} bytes is empty or exceeds {typeof(T).Name}.");
            }
        }

        return position;
    }

    public override int Measure(ReadOnlySpan<byte> source, int count, in PagePlace place)
    {
        int position = 0;
        for (int i = 0; i < count; i++)
        {
            PrefixedBytes.Take(source, ref position, place);
        }

        return position;
    }

    public override bool TryEncode(ReadOnlySpan<T> values, IBufferWriter<byte> target, out T rejected)
    {
        rejected = default;
        Span<byte> whole = stackalloc byte[16];
        foreach (T value in values)
        {
            Span<byte> shortest = whole[..BigEndianInteger.ShortestLength(value)];
            BigEndianInteger.TryWrite(value, shortest);
            PrefixedBytes.Add(shortest, target);
        }

        return true;
    }
}

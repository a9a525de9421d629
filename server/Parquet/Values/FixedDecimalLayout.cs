using System.Buffers;
using System.Numerics;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Values;

/// <summary>Decimals in FIXED_LEN_BYTE_ARRAY, big-endian.</summary>
internal sealed class FixedDecimalLayout<T>(int width) : PlainLayout<T>
    where T : unmanaged, IBinaryInteger<T>
{
    public override int MinimumWidth => width;

    public override int Decode(ReadOnlySpan<byte> source, Span<T> values, in PagePlace place)
    {
        int length = Measure(source, values.Length, place);
        for (int i = 0; i < values.Length; i++)
        {
            if (!BigEndianInteger.TryRead(source.Slice(i * width, width), out values[i]))
            {
                string stored = Convert.ToHexString(source.Slice(i * width, width));
                throw place.Broken($"The decimal 0x{stored} exceeds {typeof(T).Name}.");
            }
        }

        return length;
    }

    public override int Measure(ReadOnlySpan<byte> source, int count, in PagePlace place)
    {
        long length = (long)count * width;
        return length <= source.Length ? (int)length : throw TooShort(place, source.Length, count);
    }

    public override bool TryEncode(ReadOnlySpan<T> values, IBufferWriter<byte> target, out T rejected)
    {
        rejected = default;
        Span<byte> room = target.GetSpan(values.Length * width);
        for (int i = 0; i < values.Length; i++)
        {
            if (!BigEndianInteger.TryWrite(values[i], room.Slice(i * width, width)))
            {
                rejected = values[i];
                return false;
            }
        }

        target.Advance(values.Length * width);
        return true;
    }
}

using System.Buffers;
using System.Buffers.Binary;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Values;

/// <summary>
/// INT96 timestamps of older writers as nanoseconds since 1970-01-01: 8 bytes of nanoseconds of the day, then 4 bytes of Julian
/// day, both little-endian. Days that 64 bits of nanoseconds don't reach (before 1677, after 2262) are refused.
/// </summary>
internal sealed class Int96Layout : PlainLayout<long>
{
    private const int Width = 12;

    /// <summary>1970-01-01.</summary>
    private const long EpochJulianDay = 2_440_588;

    private const long NanosecondsPerDay = 86_400_000_000_000;

    public override int MinimumWidth => Width;

    public override int Decode(ReadOnlySpan<byte> source, Span<long> values, in PagePlace place)
    {
        int length = Measure(source, values.Length, place);
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> stored = source.Slice(i * Width, Width);
            long day = BinaryPrimitives.ReadUInt32LittleEndian(stored[sizeof(long)..]) - EpochJulianDay;
            Int128 nanoseconds = (Int128)day * NanosecondsPerDay + BinaryPrimitives.ReadInt64LittleEndian(stored);
            values[i] = nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
                ? (long)nanoseconds
                : throw place.Broken($"The INT96 timestamp 0x{Convert.ToHexString(stored)} exceeds 64 bits of nanoseconds since 1970.");
        }

        return length;
    }

    public override int Measure(ReadOnlySpan<byte> source, int count, in PagePlace place)
    {
        long length = (long)count * Width;
        return length <= source.Length ? (int)length : throw TooShort(place, source.Length, count);
    }

    public override bool TryEncode(ReadOnlySpan<long> values, IBufferWriter<byte> target, out long rejected)
    {
        rejected = 0;
        foreach (long value in values)
        {
            long day = Math.DivRem(value, NanosecondsPerDay, out long rest);
            (day, rest) = rest < 0 ? (day - 1, rest + NanosecondsPerDay) : (day, rest);
            Span<byte> stored = target.GetSpan(Width);
            BinaryPrimitives.WriteInt64LittleEndian(stored, rest);
            BinaryPrimitives.WriteInt32LittleEndian(stored[sizeof(long)..], (int)(day + EpochJulianDay));
            target.Advance(Width);
        }

        return true;
    }
}

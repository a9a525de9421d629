namespace NearData.Parquet.Writing;

/// <summary>The range of byte arrays.</summary>
/// <param name="width">Bytes per value, or 0 when each has its length before it.</param>
internal sealed class BytesRange(int width, BytesOrder order) : RangeBuilder
{
    /// <summary>Longer bounds would bloat the footer, which every reader reads whole; the chunk then has none.</summary>
    private const int MaximumLength = 256;

    private byte[]? _min;
    private byte[]? _max;

    public override (ReadOnlyMemory<byte> Min, ReadOnlyMemory<byte> Max)? Range =>
        _min is { Length: <= MaximumLength } && _max is { Length: <= MaximumLength } ? (_min, _max) : null;

    public override void Add(ReadOnlySpan<byte> plain, int count)
    {
        PlainBytes values = new(plain, width);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> value = values.Next();
            if (_min is null || Compare(value, _min) < 0)
            {
                _min = value.ToArray();
            }

            if (_max is null || Compare(value, _max) > 0)
            {
                _max = value.ToArray();
            }
        }
    }

    public override void Clear()
    {
        _min = null;
        _max = null;
    }

    private int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (order == BytesOrder.Unsigned)
        {
            return left.SequenceCompareTo(right);
        }

        byte leftSign = Sign(left);
        byte rightSign = Sign(right);
        if (leftSign != rightSign)
        {
            return leftSign > rightSign ? -1 : 1;
        }

        for (int i = Math.Max(left.Length, right.Length); i > 0; i--)
        {
            int difference = (i <= left.Length ? left[^i] : leftSign) - (i <= right.Length ? right[^i] : rightSign);
            if (difference != 0)
            {
                return difference;
            }
        }

        return 0;
    }

    /// <summary>The byte that a shorter number is filled up with at its front.</summary>
    private static byte Sign(ReadOnlySpan<byte> number) => !number.IsEmpty && number[0] >= 0x80 ? (byte)0xFF : (byte)0;
}

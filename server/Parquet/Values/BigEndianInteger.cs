using System.Numerics;

namespace NearData.Parquet.Values;

/// <summary>
/// Two's complement, most significant byte first: how decimals are kept in byte arrays (LogicalTypes.md, DECIMAL).
/// </summary>
internal static class BigEndianInteger
{
    /// <summary>Bytes that any integer fits.</summary>
    public const int MostBytes = 16;

    /// <summary>False when there are no bytes or the value needs more bits than <typeparamref name="T"/> has.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, out T value)
        where T : struct, IBinaryInteger<T>
    {
        value = default;
        return !bytes.IsEmpty && T.TryReadBigEndian(bytes, isUnsigned: false, out value);
    }

    /// <summary>Fills the whole of <paramref name="bytes"/>; false when the value needs more.</summary>
    public static bool TryWrite<T>(T value, Span<byte> bytes)
        where T : struct, IBinaryInteger<T>
    {
        if (ShortestLength(value) > bytes.Length)
        {
            return false;
        }

        Span<byte> whole = stackalloc byte[MostBytes];
        int width = value.WriteBigEndian(whole);
        bytes.Fill(T.IsNegative(value) ? (byte)0xFF : (byte)0);
        int kept = Math.Min(width, bytes.Length);
        whole[(width - kept)..width].CopyTo(bytes[^kept..]);
        return true;
    }

    /// <summary>The fewest bytes that hold the value with its sign.</summary>
    public static int ShortestLength<T>(T value)
        where T : struct, IBinaryInteger<T>
    {
        // A negative number's shortest length counts its sign bit, a positive one's doesn't.
        int bits = value.GetShortestBitLength() - (T.IsNegative(value) ? 1 : 0);
        return bits / 8 + 1;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NearData.Formats.Ndjson;

/// <summary>Numbers of JSON (RFC 8259, 6).</summary>
internal static class JsonNumber
{
    /// <summary>Whether all the bytes are one number.</summary>
    /// <param name="bytes">With or without more behind it.</param>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">Its bytes, at least one.</param>
    public static bool IsAt(ReadOnlySpan<byte> bytes, int start, int length)
    {
        if (length > Vector128<byte>.Count || bytes.Length - start < Vector128<byte>.Count)
        {
            return IsNumber(bytes.Slice(start, length));
        }

        Vector128<byte> text = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)start);
        Vector128<byte> digits = Vector128.LessThanOrEqual(text - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
        uint others = ~digits.ExtractMostSignificantBits() & ((1u << length) - 1);
        int point = BitOperations.TrailingZeroCount(others);
        bool isPlain = others == 0 ? length == 1 || bytes[start] != '0'
            : (others & (others - 1)) == 0 && bytes[start + point] == '.' && point > 0 && point < length - 1 && (point == 1 || bytes[start] != '0');

        // With a sign or an exponent, or none at all.
        return isPlain || IsNumber(bytes.Slice(start, length));
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        text = text[(text[0] == '-' ? 1 : 0)..];
        int whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[whole..];
        if (text is [(byte)'.', ..])
        {
            int part = Digits(text[1..]);
            if (part == 0)
            {
                return false;
            }

            text = text[(1 + part)..];
        }

        if (text is [(byte)'e' or (byte)'E', ..])
        {
            text = text[(text is [_, (byte)'+' or (byte)'-', ..] ? 2 : 1)..];
            return text.Length > 0 && Digits(text) == text.Length;
        }

        return text.IsEmpty;
    }

    /// <summary>How many digits it starts with.</summary>
    private static int Digits(ReadOnlySpan<byte> text)
    {
        int other = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return other < 0 ? text.Length : other;
    }
}

namespace NearData.Vm.Functions;

/// <summary>Integers in text as the kernel's <c>bpf_strtol</c> and <c>bpf_strtoul</c> read them.</summary>
internal static class IntegerText
{
    /// <summary>Characters of a number that are looked at; the kernel copies as many.</summary>
    private const int Longest = 63;

    /// <summary>The kernel's <c>isspace</c>.</summary>
    private static ReadOnlySpan<byte> White => [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0xa0];

    /// <summary>Reads a number at the text's start, behind white space.</summary>
    /// <param name="text">The text; a zero in it ends it, as every other character that is no digit does.</param>
    /// <param name="flags">The base: 8, 10, 16, or 0 to take it from the number's first characters.</param>
    /// <param name="magnitude">The number without its sign.</param>
    /// <param name="isNegative">Whether a minus stands before it.</param>
    /// <returns>Characters read, or a negative error.</returns>
    public static long Read(ReadOnlySpan<byte> text, ulong flags, out ulong magnitude, out bool isNegative)
    {
        magnitude = 0;
        isNegative = false;
        if (flags is not (0 or 8 or 10 or 16))
        {
            return ErrorNumber.Invalid;
        }

        int start = text.IndexOfAnyExcept(White);
        start = start < 0 ? text.Length : start;
        if (start < text.Length && text[start] == '-')
        {
            isNegative = true;
            start++;
        }

        ReadOnlySpan<byte> number = text[start..];
        number = number[..int.Min(number.Length, Longest)];
        (uint radix, int prefix) = Radix((uint)flags, number);
        int digits = 0;
        bool overflows = false;
        foreach (byte character in number[prefix..])
        {
            uint digit = Digit(character);
            if (digit >= radix)
            {
                break;
            }

            UInt128 next = ((UInt128)magnitude * radix) + digit;
            overflows |= next > ulong.MaxValue;
            magnitude = (ulong)next;
            digits++;
        }

        return overflows ? ErrorNumber.Range
            : digits == 0 ? ErrorNumber.Invalid
            : start + prefix + digits;
    }

    private static (uint Base, int Prefix) Radix(uint asked, ReadOnlySpan<byte> number)
    {
        bool isHexMarked = number.Length > 1 && number[0] == '0' && (number[1] | 0x20) == 'x';
        if (asked == 0)
        {
            return isHexMarked && number.Length > 2 && Digit(number[2]) < 16 ? (16u, 2)
                : number.Length > 0 && number[0] == '0' ? (8u, 0)
                : (10u, 0);
        }

        return (asked, asked == 16 && isHexMarked ? 2 : 0);
    }

    private static uint Digit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)character - '0',
        >= (byte)'a' and <= (byte)'f' => (uint)character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => (uint)character - 'A' + 10,
        _ => uint.MaxValue,
    };
}

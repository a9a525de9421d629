namespace NearData.Formats.Values;

/// <summary>A signed integer: digits with a sign before them or not.</summary>
internal readonly struct IntegerParser(long minimum, long maximum) : IFieldParser<long>
{
    /// <summary>Of integers up to 64 bits that a signed one holds.</summary>
    public static IntegerParser Of(TextKind kind) => kind switch
    {
        TextKind.Int8 => new IntegerParser(sbyte.MinValue, sbyte.MaxValue),
        TextKind.Int16 => new IntegerParser(short.MinValue, short.MaxValue),
        TextKind.Int32 => new IntegerParser(int.MinValue, int.MaxValue),
        TextKind.UInt8 => new IntegerParser(0, byte.MaxValue),
        TextKind.UInt16 => new IntegerParser(0, ushort.MaxValue),
        TextKind.UInt32 => new IntegerParser(0, uint.MaxValue),
        _ => new IntegerParser(long.MinValue, long.MaxValue),
    };

    public bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        bool isNegative = Sign.Take(ref text);
        value = 0;
        if (!Digits.TryParse(text, out ulong magnitude) || magnitude > (isNegative ? (ulong)long.MaxValue + 1 : long.MaxValue))
        {
            return false;
        }

        value = isNegative ? (long)(0 - magnitude) : (long)magnitude;
        return value >= minimum && value <= maximum;
    }
}

/// <summary>An integer of 64 bits without a sign.</summary>
internal readonly struct UnsignedParser : IFieldParser<ulong>
{
    public bool TryParse(ReadOnlySpan<byte> text, out ulong value) =>
        !Sign.Take(ref text) ? Digits.TryParse(text, out value) : Digits.TryParse(text, out value) && value == 0;
}

/// <summary>The sign of a number.</summary>
internal static class Sign
{
    /// <summary>Cuts a sign off; true for minus.</summary>
    public static bool Take(ref ReadOnlySpan<byte> text)
    {
        if (text.Length == 0 || text[0] is not ((byte)'-' or (byte)'+'))
        {
            return false;
        }

        bool isNegative = text[0] == '-';
        text = text[1..];
        return isNegative;
    }
}

/// <summary>Decimal digits.</summary>
internal static class Digits
{
    /// <summary>As many as fit whatever they are.</summary>
    private const int Safe = 19;

    /// <summary>Reads digits and nothing else, at least one; false also beyond 64 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length > Safe)
        {
            return TryParseLong(text, out value);
        }

        foreach (byte letter in text)
        {
            uint digit = letter - (uint)'0';
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        return text.Length > 0;
    }

    private static bool TryParseLong(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        foreach (byte letter in text)
        {
            uint digit = letter - (uint)'0';
            UInt128 next = ((UInt128)value * 10) + digit;
            if (digit > 9 || next > ulong.MaxValue)
            {
                return false;
            }

            value = (ulong)next;
        }

        return true;
    }
}

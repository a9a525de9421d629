using System.Text;

namespace NearData.Formats.Values;

/// <summary><c>true</c>, <c>false</c>, <c>t</c> or <c>f</c> in any case, <c>1</c> or <c>0</c>.</summary>
internal readonly struct BoolParser : IFieldParser<byte>
{
    public bool TryParse(ReadOnlySpan<byte> text, out byte value)
    {
        value = (byte)(IsOne(text, (byte)'1', (byte)'t') || Ascii.EqualsIgnoreCase(text, "true"u8) ? 1 : 0);
        return value == 1 || IsOne(text, (byte)'0', (byte)'f') || Ascii.EqualsIgnoreCase(text, "false"u8);
    }

    private static bool IsOne(ReadOnlySpan<byte> text, byte digit, byte letter) =>
        text.Length == 1 && (text[0] == digit || (text[0] | 0x20) == letter);
}

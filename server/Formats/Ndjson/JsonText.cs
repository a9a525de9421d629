using System.Buffers;
using System.Text.Json;

namespace NearData.Formats.Ndjson;

/// <summary>Strings of JSON.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> Escapes = SearchValues.Create("\"\\/bfnrt"u8);

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Whether each backslash of a string has behind it what makes it an escape (RFC 8259, 7).</summary>
    /// <param name="text">What is between the quotes.</param>
    public static bool HasValidEscapes(ReadOnlySpan<byte> text)
    {
        for (int at = text.IndexOf((byte)'\\'); at >= 0; at = text.IndexOf((byte)'\\'))
        {
            text = text[(at + 1)..];
            bool isUnicode = text is [(byte)'u', _, _, _, _, ..];
            if (isUnicode ? text[1..5].ContainsAnyExcept(HexDigits) : text.IsEmpty || !Escapes.Contains(text[0]))
            {
                return false;
            }

            text = text[(isUnicode ? 5 : 1)..];
        }

        return true;
    }

    /// <summary>Resolves the escapes of a string (RFC 8259, 7).</summary>
    /// <param name="source">What is between the quotes, as part of a record that was read.</param>
    /// <param name="target">At least as long.</param>
    /// <returns>The length; -1 where an escape stands for half a surrogate pair, or the bytes aren't UTF-8.</returns>
    public static int Unescape(ReadOnlySpan<byte> source, Span<byte> target)
    {
        byte[] quoted = new byte[source.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        source.CopyTo(quoted.AsSpan(1));
        Utf8JsonReader reader = new(quoted);
        try
        {
            reader.Read();
            return reader.CopyString(target);
        }
        catch (InvalidOperationException)
        {
            return -1;
        }
    }
}

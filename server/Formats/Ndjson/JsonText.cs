using System.Text.Json;

namespace NearData.Formats.Ndjson;

/// <summary>Strings of JSON.</summary>
internal static class JsonText
{
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

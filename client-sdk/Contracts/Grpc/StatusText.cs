using System.Buffers;
using System.Text;

namespace NearData.Contracts.Grpc;

/// <summary>The <c>grpc-message</c> trailer: UTF-8, percent-encoded (PROTOCOL-HTTP2.md, Responses).</summary>
public static class StatusText
{
    /// <summary>
    /// Characters of the longest encoded text; a longer one is cut and ends in "...". Half of the 8 KiB that clients
    /// are told to accept for all trailers together.
    /// </summary>
    public const int MaximumLength = 4096;

    private const string Ellipsis = "...";
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x7F - 0x20).Select(code => (char)code).Where(character => character != '%')]);

    /// <summary>Encodes, and cuts between characters where the result would be longer than <see cref="MaximumLength"/>.</summary>
    public static string Encode(string text)
    {
        if (text.Length <= MaximumLength && !text.AsSpan().ContainsAnyExcept(Plain))
        {
            return text;
        }

        StringBuilder encoded = new(capacity: Math.Min(text.Length * 2, MaximumLength));
        int end = 0; // where the text can be cut and still have room for the ellipsis
        foreach (Rune rune in text.EnumerateRunes())
        {
            Append(encoded, rune);
            if (encoded.Length > MaximumLength)
            {
                encoded.Length = end;
                return encoded.Append(Ellipsis).ToString();
            }

            end = encoded.Length <= MaximumLength - Ellipsis.Length ? encoded.Length : end;
        }

        return encoded.ToString();
    }

    /// <summary>Decodes what is valid and leaves broken escapes as they are: a bad message must not hide the status.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%'))
        {
            return encoded;
        }

        ArrayBufferWriter<byte> bytes = new(encoded.Length);
        ReadOnlySpan<char> rest = encoded;
        while (!rest.IsEmpty)
        {
            if (rest[0] == '%' && rest.Length >= 3 && char.IsAsciiHexDigit(rest[1]) && char.IsAsciiHexDigit(rest[2]))
            {
                bytes.Write(Convert.FromHexString(rest[1..3]));
                rest = rest[3..];
                continue;
            }

            int next = rest[1..].IndexOf('%') + 1;
            ReadOnlySpan<char> literal = next == 0 ? rest : rest[..next];
            Encoding.UTF8.GetBytes(literal, bytes);
            rest = rest[literal.Length..];
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Append(StringBuilder encoded, Rune rune)
    {
        if (rune.IsAscii && Plain.Contains((char)rune.Value))
        {
            encoded.Append((char)rune.Value);
            return;
        }

        Span<byte> bytes = stackalloc byte[4];
        foreach (byte octet in bytes[..rune.EncodeToUtf8(bytes)])
        {
            encoded.Append('%').Append(octet.ToString("X2"));
        }
    }
}

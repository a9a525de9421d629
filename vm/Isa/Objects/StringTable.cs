using System.Text;

namespace NearData.Isa.Objects;

/// <summary>
/// Zero-terminated strings under their offsets, as ELF and BTF keep names. Strings may share their tails, so a hostile table could
/// name the same bytes over and over: each offset is decoded once, and all of them together only so far.
/// </summary>
/// <param name="bytes">The strings.</param>
/// <param name="below">Strings that these go on from: offsets count from their start.</param>
internal sealed class StringTable(SectionBytes bytes, StringTable? below = null)
{
    /// <summary>
    /// Decoded bytes allowed for each byte of the table. Linkers share tails of a few names; sixteen times is far from any of them.
    /// </summary>
    private const int MaxSharing = 16;

    private readonly long _start = below?.End ?? 0;
    private readonly Dictionary<uint, string> _decoded = [];
    private long _allowance = (long)MaxSharing * bytes.Length;

    /// <summary>The offset behind the last string.</summary>
    public long End => _start + bytes.Length;

    /// <summary>The string at an offset; bytes that aren't UTF-8 become replacement characters.</summary>
    /// <exception cref="ObjectFormatException">The offset lies outside, or no zero follows.</exception>
    public string this[uint offset]
    {
        get
        {
            if (offset < _start)
            {
                return below![offset];
            }

            if (offset == 0 && bytes.Length == 0)
            {
                return "";
            }

            if (!_decoded.TryGetValue(offset, out string? text))
            {
                text = Decode(offset);
                _decoded.Add(offset, text);
            }

            return text;
        }
    }

    private string Decode(uint offset)
    {
        if (offset - _start >= bytes.Length)
        {
            throw new ObjectFormatException(bytes.Section, offset - _start, $"A string starts outside the {bytes.Length} bytes of strings.");
        }

        ReadOnlySpan<byte> rest = bytes.Memory.Span[(int)(offset - _start)..];
        int length = rest.IndexOf((byte)0);
        if (length < 0)
        {
            throw new ObjectFormatException(bytes.Section, offset, "A string doesn't end inside the strings.");
        }

        _allowance -= length;
        return _allowance >= 0
            ? Encoding.UTF8.GetString(rest[..length])
            : throw new ObjectFormatException(bytes.Section, offset, $"Strings overlap more than {MaxSharing} times over.");
    }
}

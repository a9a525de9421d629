using System.Text;

namespace NearData.Isa.Objects;

/// <summary>Collects zero-terminated strings, each once, in the order of first use.</summary>
/// <param name="start">The offset of the first; where strings go on from others, these have the empty one.</param>
internal sealed class StringTableBuilder(uint start = 0)
{
    private readonly Dictionary<string, uint> _offsets = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<byte> _bytes = start == 0 ? [0] : [];

    /// <summary>The string's offset; the empty string is at 0.</summary>
    public uint Add(string text)
    {
        if (!_offsets.TryGetValue(text, out uint offset))
        {
            offset = start + (uint)_bytes.Count;
            _offsets.Add(text, offset);
            _bytes.AddRange(Encoding.UTF8.GetBytes(text));
            _bytes.Add(0);
        }

        return offset;
    }

    public byte[] ToArray() => [.. _bytes];
}

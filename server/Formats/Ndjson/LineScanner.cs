using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NearData.Formats.Structure;

namespace NearData.Formats.Ndjson;

/// <summary>
/// Finds a line's end and, on the way there, its marks, the bytes that give JSON its structure: quotes that aren't escaped, and outside of strings
/// commas, braces and brackets. Nothing is judged of what lies between. One thread.
/// </summary>
internal sealed class LineScanner
{
    /// <summary>Behind the marks of a line, so that who looks for the next one comes to an end.</summary>
    private const int Guards = 2;

    private ulong[] _marks = new ulong[16 + Guards];

    /// <summary>
    /// A bit for each byte, the line's first in the lowest of the first. Between a quote that opens a string and the one that closes it there is no mark,
    /// unless the line is broken. Behind the line's end all are set.
    /// </summary>
    public ReadOnlySpan<ulong> Marks => _marks;

    /// <summary>Where the newline is, or the bytes' end.</summary>
    public int End { get; private set; }

    public bool HasNewline { get; private set; }

    /// <summary>Whether there is a backslash in it.</summary>
    public bool HasEscapes { get; private set; }

    /// <summary>Whether it is no JSON, or longer than a record may be.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Looks at the line that starts at a place.</summary>
    public void Scan(ReadOnlySpan<byte> bytes, int start)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Scan<StructureTier512>(bytes, start);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Scan<StructureTier256>(bytes, start);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Scan<StructureTier128>(bytes, start);
        }
        else
        {
            Scan<StructureTierOne>(bytes, start);
        }
    }

    /// <summary>As <see cref="Scan"/>, with vectors of one size.</summary>
    public void Scan<TTier>(ReadOnlySpan<byte> bytes, int start)
        where TTier : struct, IStructureTier
    {
        ref byte source = ref MemoryMarshal.GetReference(bytes);
        int blocks = 0;
        ulong inside = 0;
        ulong isEscaped = 0;
        ulong backslashes = 0;
        ulong wrong = 0;
        ulong newlines = 0;
        int at = start;
        for (; at < bytes.Length && newlines == 0; at += StructureScanner.Block)
        {
            JsonMasks masks = bytes.Length - at >= StructureScanner.Block
                ? TTier.FindJson(ref Unsafe.Add(ref source, at))
                : FindLast<TTier>(bytes[at..]);
            newlines = masks.Newlines;
            ulong valid = newlines == 0 ? ulong.MaxValue : (newlines & (0 - newlines)) - 1;
            ulong quotes = masks.Quotes & valid;
            if ((masks.Backslashes & valid | isEscaped) != 0)
            {
                backslashes |= masks.Backslashes & valid;
                quotes &= ~Escaped(masks.Backslashes & valid, ref isEscaped);
            }

            ulong quoted = quotes == 0 ? inside : QuoteState.PrefixXor(quotes) ^ inside;
            wrong |= masks.Controls & quoted & valid;
            inside = (ulong)((long)quoted >> 63);
            if (blocks > TextLimits.RecordLength / StructureScanner.Block)
            {
                wrong = 1;
                continue;
            }

            if (blocks + Guards == _marks.Length)
            {
                Array.Resize(ref _marks, 2 * _marks.Length);
            }

            _marks[blocks++] = quotes | (masks.Structural & ~quoted) | ~valid;
        }

        _marks.AsSpan(blocks, Guards).Fill(ulong.MaxValue);

        HasNewline = newlines != 0;
        End = HasNewline ? at - StructureScanner.Block + BitOperations.TrailingZeroCount(newlines) : bytes.Length;
        HasEscapes = backslashes != 0;
        IsBroken = (wrong | inside) != 0;
    }

    /// <summary>Fewer than 64 bytes. Those behind them are spaces, which mean nothing.</summary>
    private static JsonMasks FindLast<TTier>(ReadOnlySpan<byte> rest)
        where TTier : struct, IStructureTier
    {
        Span<byte> padded = stackalloc byte[StructureScanner.Block];
        padded.Fill((byte)' ');
        rest.CopyTo(padded);
        return TTier.FindJson(ref padded[0]);
    }

    /// <summary>The bytes behind backslashes that aren't escaped themselves.</summary>
    /// <param name="backslashes">All backslashes of a block.</param>
    /// <param name="carry">1 where the block's first byte is escaped; then where the next block's is.</param>
    private static ulong Escaped(ulong backslashes, ref ulong carry)
    {
        ulong escaped = carry;
        carry = 0;
        for (ulong left = backslashes & ~escaped; left != 0;)
        {
            ulong escape = left & (0 - left);
            carry = escape >> 63;
            escaped |= escape << 1;
            left &= ~(escape | escape << 1);
        }

        return escaped;
    }
}

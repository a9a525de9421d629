using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using NearData.Formats.Structure;

namespace NearData.Formats.Splitting;

/// <summary>
/// What a block of text has of quotes and newlines. Whether its start lies within quotes only the blocks before it tell, so both cases are
/// counted, and blocks can be looked at in any order.
/// </summary>
public readonly record struct BlockCount
{
    private readonly NewlineCount _outside;
    private readonly NewlineCount _inside;

    private BlockCount(NewlineCount outside, NewlineCount inside, bool isOdd)
    {
        _outside = outside;
        _inside = inside;
        IsOdd = isOdd;
    }

    /// <summary>Whether what is quoted at its start isn't at its end.</summary>
    internal bool IsOdd { get; }

    /// <summary>Newlines, quoted or not.</summary>
    internal long Lines => _outside.Count + _inside.Count;

    /// <summary>Counts a block.</summary>
    /// <param name="block">The text.</param>
    /// <param name="quote">0 where quotes mean nothing.</param>
    public static BlockCount Of(ReadOnlySpan<byte> block, byte quote) =>
        Vector512.IsHardwareAccelerated ? Of<StructureTier512>(block, quote)
        : Vector256.IsHardwareAccelerated ? Of<StructureTier256>(block, quote)
        : Vector128.IsHardwareAccelerated ? Of<StructureTier128>(block, quote)
        : Of<StructureTierOne>(block, quote);

    internal static BlockCount Of<TTier>(ReadOnlySpan<byte> block, byte quote)
        where TTier : struct, IStructureTier
    {
        ref byte source = ref MemoryMarshal.GetReference(block);
        NewlineCount outside = NewlineCount.Nothing;
        NewlineCount inside = NewlineCount.Nothing;
        ulong carry = 0;
        int at = 0;
        for (; block.Length - at >= StructureScanner.Block; at += StructureScanner.Block)
        {
            Add(TTier.Find(ref Unsafe.Add(ref source, at), quote, quote), at, ref carry, ref outside, ref inside);
        }

        Span<byte> padded = stackalloc byte[StructureScanner.Block];
        padded.Clear();
        block[at..].CopyTo(padded);
        Add(TTier.Find(ref padded[0], quote, quote), at, ref carry, ref outside, ref inside);
        return new BlockCount(outside, inside, carry != 0);
    }

    /// <summary>Newlines that end records.</summary>
    /// <param name="isQuoted">Whether the start lies within quotes.</param>
    internal NewlineCount RecordEnds(bool isQuoted) => isQuoted ? _inside : _outside;

    private static void Add(in BlockMasks masks, int at, ref ulong carry, ref NewlineCount outside, ref NewlineCount inside)
    {
        ulong quoted = masks.Quotes == 0 ? carry : QuoteState.PrefixXor(masks.Quotes) ^ carry;
        carry = (ulong)((long)quoted >> 63);
        if (masks.Newlines == 0)
        {
            return;
        }

        long lines = outside.Count + inside.Count;
        outside = outside.With(masks.Newlines & ~quoted, masks.Newlines, at, lines);
        inside = inside.With(masks.Newlines & quoted, masks.Newlines, at, lines);
    }
}

/// <summary>Some of a block's newlines.</summary>
/// <param name="Count">How many.</param>
/// <param name="First">Where the first one is; -1 for none.</param>
/// <param name="LinesToFirst">All newlines up to it, itself counted.</param>
internal readonly record struct NewlineCount(long Count, int First, long LinesToFirst)
{
    public static NewlineCount Nothing => new(0, -1, 0);

    public NewlineCount With(ulong wanted, ulong all, int at, long linesBefore)
    {
        if (wanted == 0)
        {
            return this;
        }

        int count = BitOperations.PopCount(wanted);
        if (First >= 0)
        {
            return this with { Count = Count + count };
        }

        ulong lowest = wanted & (0 - wanted);
        return new NewlineCount(count, at + BitOperations.TrailingZeroCount(wanted), linesBefore + BitOperations.PopCount(all & ((lowest << 1) - 1)));
    }
}

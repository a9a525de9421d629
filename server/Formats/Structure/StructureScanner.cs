using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NearData.Formats.Structure;

/// <summary>Finds where fields and records end, from a record's start on. One thread.</summary>
internal sealed class StructureScanner
{
    /// <summary>Bytes looked at together.</summary>
    public const int Block = 64;

    private readonly byte _delimiter;
    private readonly byte _quote;
    private QuoteState _quotes;

    /// <param name="delimiter">What ends a field.</param>
    /// <param name="quote">0 where quotes mean nothing.</param>
    public StructureScanner(byte delimiter, byte quote)
    {
        _delimiter = delimiter;
        _quote = quote;
        Restart(0);
    }

    /// <summary>How far it has come.</summary>
    public int Position { get; private set; }

    /// <summary>Where the first quote or carriage return is that may not be there, or the byte behind it; -1 for none. Nothing is found from there on.</summary>
    public int Misplaced { get; private set; }

    /// <summary>Whether what it has come to is quoted.</summary>
    public bool IsInside => _quotes.IsInside;

    /// <summary>Begins at a record's start.</summary>
    public void Restart(int position)
    {
        Position = position;
        Misplaced = -1;
        _quotes = new QuoteState();
    }

    /// <summary>Goes on until the bytes end, or there are so many ends that another block's might be too many.</summary>
    /// <param name="bytes">The same at each call, until it is restarted.</param>
    /// <param name="most">The most ends.</param>
    /// <param name="ends">Gets the places of delimiters and newlines that aren't quoted.</param>
    /// <param name="newlines">Gets those of the newlines among them.</param>
    public void Scan(ReadOnlySpan<byte> bytes, int most, EndList ends, EndList newlines)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Scan<StructureTier512>(bytes, most, ends, newlines);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Scan<StructureTier256>(bytes, most, ends, newlines);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Scan<StructureTier128>(bytes, most, ends, newlines);
        }
        else
        {
            Scan<StructureTierOne>(bytes, most, ends, newlines);
        }
    }

    /// <summary>As <see cref="Scan"/>, with vectors of one size.</summary>
    public void Scan<TTier>(ReadOnlySpan<byte> bytes, int most, EndList ends, EndList newlines)
        where TTier : struct, IStructureTier
    {
        ref byte source = ref MemoryMarshal.GetReference(bytes);
        int at = Position;
        while (bytes.Length - at >= Block && most - ends.Count >= Block && Misplaced < 0)
        {
            Add(TTier.Find(ref Unsafe.Add(ref source, at), _delimiter, _quote), at, ulong.MaxValue, ends, newlines);
            at += Block;
        }

        if (bytes.Length - at is > 0 and < Block and int left && most - ends.Count >= Block && Misplaced < 0)
        {
            Span<byte> padded = stackalloc byte[Block];
            padded.Clear();
            bytes[at..].CopyTo(padded);
            ulong valid = (1ul << left) - 1;
            BlockMasks masks = TTier.Find(ref padded[0], _delimiter, _quote);
            Add(new BlockMasks(masks.Delimiters & valid, masks.Quotes & valid, masks.Newlines & valid, masks.Returns & valid), at, valid, ends, newlines);
            at = bytes.Length;
        }

        Position = at;
    }

    private void Add(in BlockMasks masks, int at, ulong valid, EndList ends, EndList newlines)
    {
        ulong structural = _quotes.Enter(masks, valid, out ulong misplaced);
        if (misplaced != 0)
        {
            Misplaced = at + BitOperations.TrailingZeroCount(misplaced);
            structural &= (misplaced & (0 - misplaced)) - 1;
        }

        ends.Add(at, structural);
        newlines.Add(at, structural & masks.Newlines);
    }
}

using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Formats.Structure;

/// <summary>
/// What of the quoting goes on from one block of 64 bytes to the next. A quote opens only at a field's start and closes only at its end
/// (RFC 4180, 2.5), and one that is doubled closes and opens again at once; so whether a byte is quoted is whether the quotes before it are
/// odd in number, and a file that this isn't true of has a quote in a wrong place, which <see cref="Check"/> finds.
/// </summary>
internal struct QuoteState()
{
    /// <summary>All ones within quotes.</summary>
    private ulong _inside;

    /// <summary>1 where the byte before lets a quote open: it ended a field, or was a quote.</summary>
    private ulong _mayOpen = 1;

    /// <summary>1 where the byte before was a quote that closed.</summary>
    private ulong _closed;

    /// <summary>1 where the byte before was a carriage return outside of quotes.</summary>
    private ulong _returned;

    public readonly bool IsInside => _inside != 0;

    /// <summary>Goes over a block.</summary>
    /// <param name="masks">What is where in it.</param>
    /// <param name="valid">The bits of bytes that are there.</param>
    /// <param name="misplaced">Quotes and carriage returns that may not be where they are, or the bytes behind them.</param>
    /// <returns>The delimiters and newlines that aren't quoted.</returns>
    public ulong Enter(in BlockMasks masks, ulong valid, out ulong misplaced)
    {
        ulong inside = masks.Quotes == 0 ? _inside : PrefixXor(masks.Quotes) ^ _inside;
        ulong structural = (masks.Delimiters | masks.Newlines) & ~inside;
        misplaced = (masks.Quotes | masks.Returns | _closed | _returned) == 0 ? 0 : Check(masks, inside, structural) & valid;
        _mayOpen = (structural | masks.Quotes) >> 63;
        _inside = (ulong)((long)inside >> 63);
        return structural;
    }

    /// <summary>Each bit xored with all below it: set from a quote that opens up to the one that closes.</summary>
    public static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
        {
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        }

        for (int shift = 1; shift < 64; shift *= 2)
        {
            bits ^= bits << shift;
        }

        return bits;
    }

    private ulong Check(in BlockMasks masks, ulong inside, ulong structural)
    {
        ulong opening = masks.Quotes & inside;
        ulong closing = masks.Quotes & ~inside;
        ulong returns = masks.Returns & ~inside;
        ulong mayOpen = (structural | masks.Quotes) << 1 | _mayOpen;
        ulong behindClosed = closing << 1 | _closed;
        ulong behindReturn = returns << 1 | _returned;
        _closed = closing >> 63;
        _returned = returns >> 63;
        return (opening & ~mayOpen)
            | (behindClosed & ~(structural | masks.Quotes | returns))
            | (behindReturn & ~(masks.Newlines & ~inside));
    }
}

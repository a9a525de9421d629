using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Engine.Execution;

/// <summary>
/// Looks codes up with AVX2, 32 at a time, as bytes: a code's byte of the table's bits is found by a shuffle, its bit in there by another.
/// </summary>
internal static class CodeLanes256
{
    private const int Lanes = 32;

    /// <summary>The most entries of a table: what two shuffles find.</summary>
    public const int MostEntries = 256;

    /// <summary>Finds the rows whose codes pass.</summary>
    /// <param name="codes">Of whole words of rows.</param>
    /// <param name="table">A bit for each entry; as long as for <see cref="MostEntries"/>.</param>
    /// <param name="rows">Gets a bit for each row.</param>
    public static void Choose(ReadOnlySpan<uint> codes, ReadOnlySpan<uint> table, Span<ulong> rows)
    {
        ref uint code = ref MemoryMarshal.GetReference(codes);
        Vector128<byte> first = Vector128.Create(table[..4]).AsByte();
        Vector128<byte> second = Vector128.Create(table[4..8]).AsByte();
        Vector256<byte> low = Vector256.Create(first, first);
        Vector256<byte> high = Vector256.Create(second, second);
        Vector256<byte> powers = Vector256.Create(0x80402010_08040201).AsByte();
        Span<uint> masks = MemoryMarshal.Cast<ulong, uint>(rows)[..(codes.Length / Lanes)];
        for (int step = 0; step < masks.Length; step++)
        {
            nuint row = (nuint)(step * Lanes);
            Vector256<byte> lanes = Vector256.Narrow(
                Vector256.Narrow(Vector256.LoadUnsafe(ref code, row), Vector256.LoadUnsafe(ref code, row + 8)),
                Vector256.Narrow(Vector256.LoadUnsafe(ref code, row + 16), Vector256.LoadUnsafe(ref code, row + 24)));

            // A shuffle looks at the low four bits of a place.
            Vector256<byte> places = lanes >>> 3;
            Vector256<byte> isFurther = Vector256.LessThan(lanes.AsSByte(), Vector256<sbyte>.Zero).AsByte();
            Vector256<byte> found = Vector256.ConditionalSelect(isFurther, Avx2.Shuffle(high, places), Avx2.Shuffle(low, places));
            Vector256<byte> bit = Avx2.Shuffle(powers, lanes & Vector256.Create((byte)7));
            masks[step] = Vector256.Equals(found & bit, bit).ExtractMostSignificantBits();
        }
    }
}

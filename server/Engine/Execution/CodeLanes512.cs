using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Engine.Execution;

/// <summary>
/// Looks codes up with AVX-512, 16 at a time: a code's word of the table's bits is found by permutation, its bit shifted to the top.
/// </summary>
internal static class CodeLanes512
{
    private const int Lanes = 16;

    private const int EntriesPerWord = 32;

    /// <summary>Words that one permutation chooses among: those of two vectors.</summary>
    private const int PlaneWords = 2 * Lanes;

    /// <summary>The most entries of a table: each 1,024 of them cost all codes a permutation more.</summary>
    public const int MostEntries = 4 * PlaneWords * EntriesPerWord;

    /// <summary>Finds the rows whose codes pass.</summary>
    /// <param name="codes">Of whole words of rows.</param>
    /// <param name="table">A bit for each entry; as long as for <see cref="MostEntries"/>.</param>
    /// <param name="entries">How many there are.</param>
    /// <param name="rows">Gets a bit for each row.</param>
    public static void Choose(ReadOnlySpan<uint> codes, ReadOnlySpan<uint> table, int entries, Span<ulong> rows)
    {
        ref uint bits = ref MemoryMarshal.GetReference(table);
        ref uint code = ref MemoryMarshal.GetReference(codes);
        nuint words = (nuint)((entries + EntriesPerWord - 1) / EntriesPerWord);
        Span<ushort> masks = MemoryMarshal.Cast<ulong, ushort>(rows)[..(codes.Length / Lanes)];
        for (int step = 0; step < masks.Length; step++)
        {
            Vector512<uint> lanes = Vector512.LoadUnsafe(ref code, (nuint)(step * Lanes));
            Vector512<uint> places = lanes >>> 5;
            Vector512<uint> found = Permute(ref bits, 0, places);
            for (nuint plane = PlaneWords; plane < words; plane += PlaneWords)
            {
                Vector512<uint> isFurther = Vector512.GreaterThanOrEqual(places, Vector512.Create((uint)plane));
                found = Vector512.ConditionalSelect(isFurther, Permute(ref bits, plane, places), found);
            }

            Vector512<uint> atTop = Avx512F.ShiftLeftLogicalVariable(found, Vector512.AndNot(Vector512.Create(EntriesPerWord - 1u), lanes));
            masks[step] = (ushort)atTop.ExtractMostSignificantBits();
        }
    }

    private static Vector512<uint> Permute(ref uint bits, nuint plane, Vector512<uint> places) => Avx512F.PermuteVar16x32x2(
        Vector512.LoadUnsafe(ref bits, plane), places, Vector512.LoadUnsafe(ref bits, plane + Lanes));
}

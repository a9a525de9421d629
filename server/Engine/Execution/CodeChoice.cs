using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using NearData.Engine.Pruning;

namespace NearData.Engine.Execution;

/// <summary>
/// Chooses the rows whose codes pass a table. Codes are valid indices into their dictionary, whose table has one more entry. One guard's,
/// of one worker.
/// </summary>
internal sealed class CodeChoice
{
    /// <summary>Codes that are looked at in one step, where the machine has vectors of 512 bits.</summary>
    private const int Lanes = 16;

    private const int WordBits = 32;

    /// <summary>Words that one permutation chooses among: those of two vectors.</summary>
    private const int PlaneWords = 2 * Lanes;

    /// <summary>The most entries of a table that is permuted: each 1,024 of them cost all codes a permutation more.</summary>
    private const int MostEntries = 4 * PlaneWords * WordBits;

    private readonly uint[] _bits = new uint[MostEntries / WordBits];
    private CodeTable? _packed;

    /// <summary>Writes the positions of codes that pass, ascending; returns how many.</summary>
    /// <param name="rows">Gets the positions: as long as <paramref name="codes"/>, as what is behind the last one may be written, too.</param>
    /// <param name="codes">One for each row.</param>
    /// <param name="table">Which codes pass.</param>
    public int Choose(Span<int> rows, ReadOnlySpan<uint> codes, CodeTable table)
    {
        // Where that doesn't hold the loops would write beyond the positions.
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, codes.Length);
        int done = 0;
        int count = 0;
        if (Avx512F.IsSupported && table.Passes.Length <= MostEntries)
        {
            Pack(table);
            done = codes.Length / Lanes * Lanes;
            count = ChooseByVectors(rows, codes[..done], table.Passes.Length);
        }

        return ChooseSingly(rows, codes, table, done, count);
    }

    /// <summary>Keeps those of some rows whose codes pass; returns how many, which stand first.</summary>
    public static int ChooseAmong(Span<int> rows, ReadOnlySpan<uint> codes, CodeTable table)
    {
        ref byte passes = ref MemoryMarshal.GetArrayDataReference(table.Passes);
        int count = 0;
        foreach (int row in rows)
        {
            rows[count] = row;
            count += Unsafe.Add(ref passes, (nint)codes[row]);
        }

        return count;
    }

    /// <summary>As <see cref="Choose"/>, one code after the other, from one row on.</summary>
    /// <param name="rows">Gets the positions.</param>
    /// <param name="codes">One for each row.</param>
    /// <param name="table">Which codes pass.</param>
    /// <param name="done">How many rows were looked at before.</param>
    /// <param name="count">How many of them passed.</param>
    internal static int ChooseSingly(Span<int> rows, ReadOnlySpan<uint> codes, CodeTable table, int done, int count)
    {
        // Always written, counted only where it passes: no branch to guess wrong.
        ref byte passes = ref MemoryMarshal.GetArrayDataReference(table.Passes);
        ref int target = ref MemoryMarshal.GetReference(rows);
        ref uint code = ref MemoryMarshal.GetReference(codes);
        for (int row = done; row < codes.Length; row++)
        {
            Unsafe.Add(ref target, count) = row;
            count += Unsafe.Add(ref passes, (nint)Unsafe.Add(ref code, row));
        }

        return count;
    }

    // A code's word of the table's bits is found by permutation, its bit shifted to the top. There are never more positions than rows that
    // were looked at, so that whole vectors of them stay inside.
    private int ChooseByVectors(Span<int> rows, ReadOnlySpan<uint> codes, int entries)
    {
        ref uint bits = ref MemoryMarshal.GetArrayDataReference(_bits);
        ref uint code = ref MemoryMarshal.GetReference(codes);
        ref int target = ref MemoryMarshal.GetReference(rows);
        nuint words = (nuint)((entries + WordBits - 1) / WordBits);
        Vector512<int> positions = Vector512<int>.Indices;
        int count = 0;
        for (nuint row = 0; row < (nuint)codes.Length; row += Lanes)
        {
            Vector512<uint> lanes = Vector512.LoadUnsafe(ref code, row);
            Vector512<uint> places = lanes >>> 5;
            Vector512<uint> found = Permute(ref bits, 0, places);
            for (nuint plane = PlaneWords; plane < words; plane += PlaneWords)
            {
                Vector512<uint> isFurther = Vector512.GreaterThanOrEqual(places, Vector512.Create((uint)plane));
                found = Vector512.ConditionalSelect(isFurther, Permute(ref bits, plane, places), found);
            }

            Vector512<uint> atTop = Avx512F.ShiftLeftLogicalVariable(found, Vector512.AndNot(Vector512.Create(WordBits - 1u), lanes));
            Vector512<int> passes = Vector512.LessThan(atTop.AsInt32(), Vector512<int>.Zero);
            Avx512F.Compress(positions, passes, positions).StoreUnsafe(ref target, (nuint)count);
            count += BitOperations.PopCount(passes.ExtractMostSignificantBits());
            positions += Vector512.Create(Lanes);
        }

        return count;
    }

    private static Vector512<uint> Permute(ref uint bits, nuint plane, Vector512<uint> places) => Avx512F.PermuteVar16x32x2(
        Vector512.LoadUnsafe(ref bits, plane), places, Vector512.LoadUnsafe(ref bits, plane + Lanes));

    private void Pack(CodeTable table)
    {
        if (ReferenceEquals(table, _packed))
        {
            return;
        }

        _packed = table;
        ReadOnlySpan<byte> passes = table.Passes;
        int word = 0;
        for (; passes.Length >= WordBits; word++, passes = passes[WordBits..])
        {
            _bits[word] = Vector256.GreaterThan(Vector256.Create(passes), Vector256<byte>.Zero).ExtractMostSignificantBits();
        }

        uint rest = 0;
        for (int entry = 0; entry < passes.Length; entry++)
        {
            rest |= (uint)passes[entry] << entry;
        }

        if (!passes.IsEmpty)
        {
            _bits[word] = rest;
        }
    }
}

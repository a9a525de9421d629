using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NearData.Parquet.Encodings;

/// <summary>
/// Looks codes up in a dictionary's entries. With AVX-512, entries of four or eight bytes that are few enough for registers are found by permutations,
/// sixteen or eight codes at a time, for which nothing has to be loaded but the codes.
/// </summary>
internal static class DictionaryGather
{
    /// <summary>The most entries that are found by permutations, and room for as many is what an array of entries must have.</summary>
    public const int FewEntries = 64;

    /// <param name="codes">Each below the number of entries: that isn't checked again.</param>
    /// <param name="entries">The entries; <see cref="FewEntries"/> or more places, of which the first <paramref name="count"/> are in use.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="values">Gets an entry for each code.</param>
    public static void Run<T>(ReadOnlySpan<uint> codes, T[] entries, int count, Span<T> values)
        where T : unmanaged
    {
        int done = 0;
        if (Avx512F.IsSupported && count <= FewEntries && entries.Length >= FewEntries)
        {
            done = Unsafe.SizeOf<T>() switch
            {
                sizeof(uint) => Permute(codes, MemoryMarshal.Cast<T, uint>(entries), count, MemoryMarshal.Cast<T, uint>(values)),
                sizeof(ulong) => Permute(codes, MemoryMarshal.Cast<T, ulong>(entries), count, MemoryMarshal.Cast<T, ulong>(values)),
                _ => 0,
            };
        }

        ref T entry = ref MemoryMarshal.GetArrayDataReference(entries);
        ref uint code = ref MemoryMarshal.GetReference(codes);
        ref T value = ref MemoryMarshal.GetReference(values);
        for (int i = done; i < codes.Length; i++)
        {
            Unsafe.Add(ref value, i) = Unsafe.Add(ref entry, (nint)Unsafe.Add(ref code, i));
        }
    }

    /// <summary>Looks up as many codes as fill whole vectors; gives how many.</summary>
    private static int Permute(ReadOnlySpan<uint> codes, ReadOnlySpan<uint> entries, int count, Span<uint> values)
    {
        Vector512<uint> a = Vector512.Create(entries);
        Vector512<uint> b = Vector512.Create(entries[16..]);
        Vector512<uint> c = Vector512.Create(entries[32..]);
        Vector512<uint> d = Vector512.Create(entries[48..]);
        Vector512<uint> half = Vector512.Create(31u);
        bool isShort = count <= 32;
        int done = 0;
        for (; done + Vector512<uint>.Count <= codes.Length; done += Vector512<uint>.Count)
        {
            Vector512<uint> code = Vector512.Create(codes[done..]);
            Vector512<uint> found = Avx512F.PermuteVar16x32x2(a, code, b);
            if (!isShort)
            {
                found = Vector512.ConditionalSelect(Vector512.GreaterThan(code, half), Avx512F.PermuteVar16x32x2(c, code, d), found);
            }

            found.CopyTo(values[done..]);
        }

        return done;
    }

    /// <inheritdoc cref="Permute(ReadOnlySpan{uint}, ReadOnlySpan{uint}, int, Span{uint})"/>
    private static int Permute(ReadOnlySpan<uint> codes, ReadOnlySpan<ulong> entries, int count, Span<ulong> values)
    {
        Vector512<ulong> a = Vector512.Create(entries);
        Vector512<ulong> b = Vector512.Create(entries[8..]);
        Vector512<ulong> c = Vector512.Create(entries[16..]);
        Vector512<ulong> d = Vector512.Create(entries[24..]);
        Vector512<ulong> e = Vector512.Create(entries[32..]);
        Vector512<ulong> f = Vector512.Create(entries[40..]);
        Vector512<ulong> g = Vector512.Create(entries[48..]);
        Vector512<ulong> h = Vector512.Create(entries[56..]);
        Vector512<ulong> second = Vector512.Create(16UL);
        Vector512<ulong> third = Vector512.Create(32UL);
        int done = 0;
        for (; done + Vector512<ulong>.Count <= codes.Length; done += Vector512<ulong>.Count)
        {
            Vector512<ulong> code = Avx512F.ConvertToVector512UInt64(Vector256.Create(codes[done..]));
            Vector512<ulong> found = Avx512F.PermuteVar8x64x2(a, code, b);
            if (count > 16)
            {
                Vector512<ulong> isSecond = ~Vector512.Equals(code & second, Vector512<ulong>.Zero);
                found = Vector512.ConditionalSelect(isSecond, Avx512F.PermuteVar8x64x2(c, code, d), found);
                if (count > 32)
                {
                    Vector512<ulong> last = Vector512.ConditionalSelect(isSecond, Avx512F.PermuteVar8x64x2(g, code, h), Avx512F.PermuteVar8x64x2(e, code, f));
                    found = Vector512.ConditionalSelect(Vector512.Equals(code & third, Vector512<ulong>.Zero), found, last);
                }
            }

            found.CopyTo(values[done..]);
        }

        return done;
    }
}

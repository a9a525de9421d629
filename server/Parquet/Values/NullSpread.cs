using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NearData.Parquet.Values;

/// <summary>
/// Moves the values that are present, decoded one after the other, to their rows. Nulls come in no order that a processor could
/// foresee, so there is no branch per row: a null row's bits are masked out.
/// </summary>
internal static class NullSpread
{
    /// <param name="values">The present values at its start; afterwards one per row, the default where a row is null.</param>
    /// <param name="validity">Per row 1, or 0 for null.</param>
    /// <param name="present">How many rows are not null.</param>
    public static void Apply<T>(Span<T> values, ReadOnlySpan<byte> validity, int present)
        where T : unmanaged
    {
        switch (Unsafe.SizeOf<T>())
        {
            case sizeof(byte):
                Spread(MemoryMarshal.Cast<T, byte>(values), validity, present);
                break;
            case sizeof(ushort):
                Spread(MemoryMarshal.Cast<T, ushort>(values), validity, present);
                break;
            case sizeof(uint):
                Spread(MemoryMarshal.Cast<T, uint>(values), validity, present);
                break;
            case sizeof(ulong):
                Spread(MemoryMarshal.Cast<T, ulong>(values), validity, present);
                break;
            default:
                Spread(MemoryMarshal.Cast<T, UInt128>(values), validity, present);
                break;
        }
    }

    /// <summary>As for values, of codes.</summary>
    /// <param name="codes">The present rows' codes at its start; afterwards one per row.</param>
    /// <param name="validity">Per row 1, or 0 for null.</param>
    /// <param name="present">How many rows are not null.</param>
    /// <param name="codeOfNull">What a null row gets.</param>
    public static void Apply(Span<uint> codes, ReadOnlySpan<byte> validity, int present, uint codeOfNull)
    {
        if (present == codes.Length)
        {
            return;
        }

        Apply(codes, validity, present);
        for (int row = 0; row < codes.Length; row++)
        {
            codes[row] += (1u - validity[row]) * codeOfNull;
        }
    }

    private static void Spread<TWord>(Span<TWord> values, ReadOnlySpan<byte> validity, int present)
        where TWord : unmanaged, IBinaryInteger<TWord>
    {
        int row = validity.Length - 1;
        for (; present > 0 && present <= row; row--)
        {
            byte valid = validity[row];
            values[row] = values[present - 1] & (TWord.Zero - TWord.CreateTruncating(valid));
            present -= valid;
        }

        if (present == 0)
        {
            values[..(row + 1)].Clear();
        }
    }
}

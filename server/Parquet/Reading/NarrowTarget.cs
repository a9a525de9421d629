using System.Runtime.InteropServices;
using NearData.Parquet.Encodings;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>Integers of 64 bits, one for each row, in 32 as long as all of them are in a range, and otherwise all in 64. A null row has zero.</summary>
/// <param name="decoders">Decode them.</param>
/// <param name="narrow">One for each row that is read.</param>
/// <param name="values">Likewise, in 64 bits.</param>
/// <param name="range">The range, with zero in it.</param>
/// <param name="isNarrow">Whether they are in 32 bits.</param>
internal readonly ref struct NarrowTarget<T>(NumberDecoders<T> decoders, Span<int> narrow, Span<T> values, NarrowNumbers range, ref bool isNarrow) : IRowTarget
    where T : unmanaged
{
    private readonly Span<int> _narrow = narrow;
    private readonly Span<T> _values = values;
    private readonly ref bool _isNarrow = ref isNarrow;

    public bool CanRead => true;

    public bool Wants(int first, int count) => true;

    public bool KnowsNulls => false;

    public void Read(int first, int count)
    {
        Span<T> wide = _values.Slice(first, count);
        if (!_isNarrow)
        {
            decoders.Read(wide, RowChoice.All);
        }
        else if (!decoders.TryReadNarrow(_narrow.Slice(first, count), wide, range))
        {
            WidenBefore(first);
        }
    }

    public void Read(int first, ReadOnlySpan<byte> validity, int present)
    {
        Read(first, present);
        if (_isNarrow)
        {
            NullSpread.Apply(_narrow.Slice(first, validity.Length), validity, present);
        }
        else
        {
            NullSpread.Apply(_values.Slice(first, validity.Length), validity, present);
        }
    }

    private void WidenBefore(int end)
    {
        _isNarrow = false;
        Span<long> wide = MemoryMarshal.Cast<T, long>(_values);
        for (int row = 0; row < end; row++)
        {
            wide[row] = _narrow[row];
        }
    }
}

using System.Runtime.InteropServices;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>DELTA_BINARY_PACKED: INT32 or INT64 as differences; see <see cref="DeltaCursor"/>.</summary>
/// <param name="layout">Checks and widens values as it does PLAIN ones.</param>
/// <param name="isNarrow">Whether the column is INT32: sums wrap at 32 bits then.</param>
internal sealed class DeltaBinaryDecoder<T>(PlainLayout<T> layout, bool isNarrow) : ValueDecoder<T>
    where T : unmanaged
{
    private const int BatchLength = 1024;

    private readonly DeltaCursor _deltas = new();
    private readonly long[] _wide = new long[BatchLength];
    private readonly int[] _narrow = isNarrow ? new int[BatchLength] : [];
    private PagePlace _place;

    public override void Initialize(PageValues page)
    {
        _place = page.Place;
        _deltas.Initialize(page);
    }

    public override void Read(Span<T> values)
    {
        for (int count; !values.IsEmpty; values = values[count..])
        {
            count = Math.Min(values.Length, BatchLength);
            Span<long> wide = _wide.AsSpan(0, count);
            _deltas.Read(wide);
            layout.Decode(isNarrow ? Narrow(wide) : MemoryMarshal.AsBytes(wide), values[..count], _place);
        }
    }

    public override void Skip(int count) => _deltas.Skip(count);

    private ReadOnlySpan<byte> Narrow(ReadOnlySpan<long> wide)
    {
        Span<int> narrow = _narrow.AsSpan(0, wide.Length);
        for (int i = 0; i < narrow.Length; i++)
        {
            narrow[i] = (int)wide[i];
        }

        return MemoryMarshal.AsBytes(narrow);
    }
}

using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT over numbers; see <see cref="StreamSplit"/>.</summary>
/// <param name="layout">Checks and widens values as it does PLAIN ones.</param>
/// <param name="width">Bytes per stored value.</param>
internal sealed class StreamSplitDecoder<T>(PlainLayout<T> layout, int width) : ValueDecoder<T>
    where T : unmanaged
{
    /// <summary>Bytes that are put together at one time: they stay in the first-level cache.</summary>
    private const int BatchBytes = 8192;

    private readonly StreamSplit _streams = new(width);
    private readonly int _batchLength = Math.Max(1, BatchBytes / width);
    private byte[] _plain = [];

    public override void Initialize(PageValues page)
    {
        _streams.Initialize(page);

        // A schema may claim any width; memory is only taken for values that are there.
        int needed = (int)Math.Min((long)_batchLength * width, page.Bytes.Length);
        if (_plain.Length < needed)
        {
            _plain = new byte[needed];
        }
    }

    public override void Read(Span<T> values)
    {
        for (int count; !values.IsEmpty; values = values[count..])
        {
            count = Math.Min(values.Length, _batchLength);
            _streams.Require(count);
            Span<byte> plain = _plain.AsSpan(0, count * width);
            _streams.Read(plain);
            layout.Decode(plain, values[..count], _streams.Place);
        }
    }

    public override void Skip(int count) => _streams.Skip(count);
}

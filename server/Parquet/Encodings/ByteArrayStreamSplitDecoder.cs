using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>BYTE_STREAM_SPLIT over byte arrays of one width; see <see cref="StreamSplit"/>.</summary>
/// <param name="width">Bytes per value.</param>
internal sealed class ByteArrayStreamSplitDecoder(int width) : ByteArrayDecoder
{
    private readonly StreamSplit _streams = new(width);
    private byte[] _value = [];

    public override void Initialize(PageValues page)
    {
        _streams.Initialize(page);

        // A schema may claim any width; memory is only taken for values that are there.
        if (_value.Length == 0 && !page.Bytes.IsEmpty)
        {
            _value = new byte[width];
        }
    }

    public override void Read(ByteArrayBatch batch, int count)
    {
        _streams.Require(count);
        for (int i = 0; i < count; i++)
        {
            _streams.Read(_value);
            if (!batch.TryAdd(_value))
            {
                throw _streams.Place.BatchFull();
            }
        }
    }

    public override void Skip(int count) => _streams.Skip(count);
}

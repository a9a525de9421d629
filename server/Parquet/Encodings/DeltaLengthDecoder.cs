using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>DELTA_LENGTH_BYTE_ARRAY: all lengths, delta-encoded, then all bytes (Encodings.md).</summary>
internal sealed class DeltaLengthDecoder : ByteArrayDecoder
{
    private readonly DeltaLengths _values = new();

    public override void Initialize(PageValues page) => _values.Initialize(page);

    public override void Read(ByteArrayBatch batch, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!batch.TryAdd(_values.Take()))
            {
                throw _values.Place.BatchFull();
            }
        }
    }

    public override void Skip(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _values.Take();
        }
    }
}

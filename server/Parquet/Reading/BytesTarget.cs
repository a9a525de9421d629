using NearData.Parquet.Encodings;

namespace NearData.Parquet.Reading;

/// <summary>Rows of bytes, which are added to a batch.</summary>
/// <param name="decoders">Decode them.</param>
/// <param name="batch">Gets them.</param>
internal readonly ref struct BytesTarget(ByteArrayDecoders decoders, ByteArrayBatch batch) : IRowTarget
{
    public bool CanRead => true;

    public bool Wants(int first, int count) => true;

    public bool KnowsNulls => true;

    public void Read(int first, int count) => decoders.Read(batch, count);

    public void Read(int first, ReadOnlySpan<byte> validity, int present)
    {
        decoders.Read(batch, present);
        batch.SpreadOverNulls(validity);
    }
}

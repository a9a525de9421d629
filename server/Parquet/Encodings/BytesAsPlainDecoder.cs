using System.Buffers;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>Numbers in byte arrays, which decimals are, whose encoding is not PLAIN: taken as bytes and laid out as PLAIN has them.</summary>
internal sealed class BytesAsPlainDecoder<T>(ByteArrayDecoder bytes, PlainLayout<T> layout, int width) : ValueDecoder<T>
    where T : unmanaged
{
    private const int BatchLength = 512;

    private readonly ByteArrayBatch _batch = new();
    private readonly ArrayBufferWriter<byte> _prefixed = new();
    private PagePlace _place;

    public override void Initialize(PageValues page)
    {
        _place = page.Place;
        bytes.Initialize(page);
    }

    public override void Read(Span<T> values)
    {
        for (int count; !values.IsEmpty; values = values[count..])
        {
            count = Math.Min(values.Length, BatchLength);
            _batch.Clear();
            bytes.Read(_batch, count);
            layout.Decode(width == 0 ? Prefixed() : _batch.Data, values[..count], _place);
        }
    }

    public override void Skip(int count) => bytes.Skip(count);

    private ReadOnlySpan<byte> Prefixed()
    {
        _prefixed.ResetWrittenCount();
        for (int row = 0; row < _batch.Count; row++)
        {
            PrefixedBytes.Add(_batch[row], _prefixed);
        }

        return _prefixed.WrittenSpan;
    }
}

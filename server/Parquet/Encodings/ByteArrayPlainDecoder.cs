using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>PLAIN byte arrays: each with its length before it, or all of the same width.</summary>
/// <param name="width">Bytes per value, or 0 for lengths.</param>
internal sealed class ByteArrayPlainDecoder(int width) : ByteArrayDecoder
{
    private PageValues _page;
    private int _position;

    public override void Initialize(PageValues page)
    {
        _page = page;
        _position = 0;
    }

    public override void Read(ByteArrayBatch batch, int count)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        for (int i = 0; i < count; i++)
        {
            if (!batch.TryAdd(Take(bytes)))
            {
                throw _page.Place.BatchFull();
            }
        }
    }

    public override void Skip(int count)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        for (int i = 0; i < count; i++)
        {
            Take(bytes);
        }
    }

    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes)
    {
        if (width == 0)
        {
            return PrefixedBytes.Take(bytes, ref _position, _page.Place);
        }

        if (width > bytes.Length - _position)
        {
            throw _page.Place.Broken($"{bytes.Length - _position} bytes are too few for a value of {width}.");
        }

        ReadOnlySpan<byte> value = bytes.Slice(_position, width);
        _position += width;
        return value;
    }
}

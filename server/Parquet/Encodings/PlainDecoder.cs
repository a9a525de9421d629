using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Encodings;

/// <summary>PLAIN: one value after the other.</summary>
internal sealed class PlainDecoder<T>(PlainLayout<T> layout) : ValueDecoder<T>
    where T : unmanaged
{
    private PageValues _page;
    private int _position;

    public override void Initialize(PageValues page)
    {
        _page = page;
        _position = 0;
    }

    public override void Read(Span<T> values) =>
        _position += layout.Decode(_page.Bytes.Span[_position..], values, _page.Place);

    public override void Read(Span<T> values, RowChoice wanted) =>
        _position += layout.Decode(_page.Bytes.Span[_position..], values, wanted, _page.Place);

    public override void Skip(int count) =>
        _position += layout.Measure(_page.Bytes.Span[_position..], count, _page.Place);
}

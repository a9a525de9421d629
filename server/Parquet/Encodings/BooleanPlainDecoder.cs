using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>PLAIN booleans: one bit each, least significant first; read as 0 or 1.</summary>
internal sealed class BooleanPlainDecoder : ValueDecoder<byte>
{
    private PageValues _page;
    private long _next;

    public override void Initialize(PageValues page)
    {
        _page = page;
        _next = 0;
    }

    public override void Read(Span<byte> values)
    {
        long first = _next;
        Skip(values.Length);
        BitExpander.Expand(_page.Bytes.Span, first, values);
    }

    public override void Skip(int count)
    {
        long held = _page.Bytes.Length * 8L;
        if (count > held - _next)
        {
            throw _page.Place.Broken($"{held - _next} bits are too few for the next {count} booleans.");
        }

        _next += count;
    }
}

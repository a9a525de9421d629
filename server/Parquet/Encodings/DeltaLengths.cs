using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>Byte arrays one after the other, whose lengths stand before them, delta-encoded.</summary>
internal sealed class DeltaLengths
{
    private readonly DeltaCursor _cursor = new();
    private readonly long[] _lengths = new long[256];
    private PageValues _data;
    private int _position;
    private int _next;
    private int _held;

    public PagePlace Place => _data.Place;

    public void Initialize(PageValues page)
    {
        _cursor.Initialize(page);
        _data = page with { Bytes = page.Bytes[_cursor.FindEnd()..] };
        _position = 0;
        _next = 0;
        _held = 0;
    }

    /// <summary>The next value's bytes.</summary>
    public ReadOnlySpan<byte> Take()
    {
        if (_next == _held)
        {
            // At least one, so that it is the cursor that says that there is none left.
            _held = (int)Math.Clamp(_cursor.Left, 1, _lengths.Length);
            _cursor.Read(_lengths.AsSpan(0, _held));
            _next = 0;
        }

        long length = _lengths[_next++];
        int left = _data.Bytes.Length - _position;
        if (length < 0 || length > left)
        {
            throw Place.Broken($"A value of {length} bytes doesn't fit the {left} bytes left.");
        }

        ReadOnlySpan<byte> value = _data.Bytes.Span.Slice(_position, (int)length);
        _position += (int)length;
        return value;
    }
}

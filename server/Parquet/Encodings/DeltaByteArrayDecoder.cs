using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>
/// DELTA_BYTE_ARRAY: how many bytes each value shares with the one before it, delta-encoded, then the rest of each value as
/// DELTA_LENGTH_BYTE_ARRAY (Encodings.md, Delta Strings).
/// </summary>
/// <param name="width">Bytes per value, or 0 when they vary.</param>
internal sealed class DeltaByteArrayDecoder(int width) : ByteArrayDecoder
{
    private readonly DeltaCursor _prefixes = new();
    private readonly long[] _lengths = new long[256];
    private readonly DeltaLengths _suffixes = new();
    private byte[] _value = [];
    private int _length;
    private int _next;
    private int _held;

    public override void Initialize(PageValues page)
    {
        _prefixes.Initialize(page);
        _suffixes.Initialize(page with { Bytes = page.Bytes[_prefixes.FindEnd()..] });
        _length = 0;
        _next = 0;
        _held = 0;
    }

    public override void Read(ByteArrayBatch batch, int count)
    {
        for (int i = 0; i < count; i++)
        {
            MoveNext();
            if (!batch.TryAdd(_value.AsSpan(0, _length)))
            {
                throw _suffixes.Place.BatchFull();
            }
        }
    }

    public override void Skip(int count)
    {
        for (int i = 0; i < count; i++)
        {
            MoveNext();
        }
    }

    // The value before is there already: only what follows the shared bytes is copied. A value is never longer than the page.
    private void MoveNext()
    {
        long prefix = NextPrefix();
        ReadOnlySpan<byte> suffix = _suffixes.Take();
        if (prefix < 0 || prefix > _length)
        {
            throw _suffixes.Place.Broken($"A value shares {prefix} bytes with the one before it, which has {_length}.");
        }

        int length = (int)prefix + suffix.Length;
        if (width != 0 && length != width)
        {
            throw _suffixes.Place.Broken($"A value has {length} bytes, the column's have {width}.");
        }

        if (length > _value.Length)
        {
            Array.Resize(ref _value, Math.Max(length, Math.Max(64, _value.Length * 2)));
        }

        suffix.CopyTo(_value.AsSpan((int)prefix));
        _length = length;
    }

    private long NextPrefix()
    {
        if (_next == _held)
        {
            _held = (int)Math.Clamp(_prefixes.Left, 1, _lengths.Length);
            _prefixes.Read(_lengths.AsSpan(0, _held));
            _next = 0;
        }

        return _lengths[_next++];
    }
}

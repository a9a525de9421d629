using NearData.Parquet.Encodings.Unpacking;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>
/// Walks over DELTA_BINARY_PACKED integers (Encodings.md, Delta Encoding): a header with the first value, then blocks of
/// differences, each block cut into miniblocks that are bit-packed with a width of their own. It decodes as it goes, so memory
/// doesn't depend on how many values the header claims. Sums wrap, as the format demands.
/// </summary>
internal sealed class DeltaCursor
{
    /// <summary>A miniblock's values come in eights of bytes (Encodings.md: "a multiple of 32").</summary>
    private const int MiniblockUnit = 32;

    private readonly uint[] _packed = new uint[256];
    private PageValues _page;
    private int _next;
    private int _blocksStart;
    private int _miniblockLength;
    private int _miniblockCount;
    private long _total;
    private long _left;
    private long _value;
    private bool _isFirst;
    private long _minimum;
    private int _widthsStart;
    private int _miniblock;
    private int _miniblockStart;
    private int _width;
    private int _taken;
    private int _held;

    /// <summary>Values that were not read yet, as the header claims them.</summary>
    public long Left => _left;

    /// <summary>Starts a page, or a part of one, at its first byte. No bytes at all are no values.</summary>
    public void Initialize(PageValues page)
    {
        _page = page;
        _next = 0;
        _total = 0;
        _taken = 0;
        _held = 0;
        ReadOnlySpan<byte> bytes = page.Bytes.Span;
        if (!bytes.IsEmpty)
        {
            ReadHeader(bytes);
        }

        _left = _total;
        _isFirst = true;
        _blocksStart = _next;
        _miniblock = _miniblockCount;
    }

    /// <summary>Where the bytes end that belong to these values; only the miniblocks' widths are looked at.</summary>
    public int FindEnd()
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        int next = _blocksStart;
        for (long left = _total - 1; left > 0;)
        {
            ReadVarint(bytes, ref next, "a block's least difference");
            int widths = next;
            next = PastWidths(bytes, next);
            for (int i = 0; i < _miniblockCount && left > 0; i++, left -= _miniblockLength)
            {
                long length = (long)WidthAt(bytes, widths + i) * _miniblockLength / 8;
                next = length <= bytes.Length - next ? next + (int)length : throw CutShort(bytes, "a miniblock");
            }
        }

        return next;
    }

    /// <summary>Fills <paramref name="values"/> with the next ones.</summary>
    public void Read(Span<long> values)
    {
        Require(values.Length);
        if (_isFirst && !values.IsEmpty)
        {
            values[0] = _value;
            _isFirst = false;
            _left--;
            values = values[1..];
        }

        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        while (!values.IsEmpty)
        {
            if (_taken == _held)
            {
                EnterMiniblock(bytes);
            }

            int count = Math.Min(Math.Min(values.Length, _held - _taken), _packed.Length);
            Take(bytes, values[..count]);
            values = values[count..];
        }
    }

    /// <summary>
    /// Passes over values, which costs what reading them does, since each is the sum of all before it; only where all differences of
    /// a miniblock are the same they are multiplied.
    /// </summary>
    public void Skip(int count)
    {
        Span<long> passed = stackalloc long[128];
        for (int step; count > 0; count -= step)
        {
            step = Math.Min(count, _held - _taken);
            if (step > 0 && _width == 0)
            {
                Require(count);
                _value += _minimum * step;
                _taken += step;
                _left -= step;
            }
            else
            {
                step = step == 0 ? 1 : Math.Min(step, passed.Length);
                Read(passed[..step]);
            }
        }
    }

    private void Require(int count)
    {
        if (count > _left)
        {
            throw _page.Place.Broken($"{_left} delta-encoded values are too few for the next {count}.");
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> bytes)
    {
        ulong block = ReadVarint(bytes, ref _next, "the block size");
        ulong miniblocks = ReadVarint(bytes, ref _next, "the number of miniblocks");
        ulong total = ReadVarint(bytes, ref _next, "the number of values");
        _value = ZigZag(ReadVarint(bytes, ref _next, "the first value"));
        bool isSound = block <= int.MaxValue && miniblocks >= 1 && miniblocks <= block && block % miniblocks == 0
            && block / miniblocks % MiniblockUnit == 0 && total <= int.MaxValue;
        if (!isSound)
        {
            throw _page.Place.Broken($"{total} delta-encoded values in blocks of {block} cut into {miniblocks} miniblocks are impossible.");
        }

        _miniblockCount = (int)miniblocks;
        _miniblockLength = (int)(block / miniblocks);
        _total = (long)total;
    }

    private void EnterMiniblock(ReadOnlySpan<byte> bytes)
    {
        if (_miniblock == _miniblockCount)
        {
            _minimum = ZigZag(ReadVarint(bytes, ref _next, "a block's least difference"));
            _widthsStart = _next;
            _next = PastWidths(bytes, _next);
            _miniblock = 0;
        }

        _width = WidthAt(bytes, _widthsStart + _miniblock);
        _miniblock++;
        _miniblockStart = _next;
        _taken = 0;
        _held = (int)Math.Min(_miniblockLength, _left);

        // The last miniblock's padding may be missing: what counts is that its values are there.
        long length = Math.Min((long)_width * _miniblockLength / 8, bytes.Length - _next);
        _next = length * 8 >= (long)_held * _width ? _next + (int)length : throw CutShort(bytes, "a miniblock");
    }

    private void Take(ReadOnlySpan<byte> bytes, Span<long> values)
    {
        if (_width == 0)
        {
            _value = RunningSum.Of(_value, _minimum, values);
        }
        else if (_width <= 32)
        {
            Span<uint> packed = _packed.AsSpan(0, values.Length);
            BitUnpacker.Unpack(bytes[_miniblockStart..], _taken, _width, packed);
            _value = RunningSum.Of(_value, _minimum, packed, values);
        }
        else
        {
            BitUnpacker.UnpackWide(bytes[_miniblockStart.._next], _taken, _width, values);
            foreach (ref long value in values)
            {
                value = _value += _minimum + value;
            }
        }

        _taken += values.Length;
        _left -= values.Length;
    }

    private int PastWidths(ReadOnlySpan<byte> bytes, int next) =>
        _miniblockCount <= bytes.Length - next ? next + _miniblockCount : throw CutShort(bytes, "the widths of a block");

    private int WidthAt(ReadOnlySpan<byte> bytes, int position) => bytes[position] <= 64
        ? bytes[position]
        : throw _page.Place.Broken($"A miniblock's width of {bytes[position]} bits exceeds 64.");

    private static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private ulong ReadVarint(ReadOnlySpan<byte> bytes, ref int next, string what)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (next == bytes.Length)
            {
                throw CutShort(bytes, what);
            }

            byte part = bytes[next++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw _page.Place.Broken($"The number for {what} exceeds 64 bits.");
    }

    private ParquetFormatException CutShort(ReadOnlySpan<byte> bytes, string what) =>
        _page.Place.Broken($"{bytes.Length} bytes of delta-encoded values end within {what}.");
}

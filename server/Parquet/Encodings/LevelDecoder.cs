using System.Buffers.Binary;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>Definition levels of a flat optional column, one bit each, as validity bytes: 1 for a value, 0 for null.</summary>
internal sealed class LevelDecoder
{
    private const int SkipBatchLength = 512;

    private PageValues _page;
    private RunCursor _runs;

    public void Initialize(PageValues page)
    {
        _page = page;
        _runs = new RunCursor(width: 1);
    }

    /// <summary>Fills <paramref name="validity"/> and says how many of its rows have a value.</summary>
    public int Read(Span<byte> validity)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        int present = 0;
        while (!validity.IsEmpty)
        {
            int count = EnterRun(bytes, validity.Length);
            if (_runs.IsRepeated)
            {
                byte level = RepeatedLevel();
                validity[..count].Fill(level);
                present += level * count;
                _runs.Advance(count);
            }
            else
            {
                _runs.UnpackBits(bytes, validity[..count]);
                present += validity[..count].Count((byte)1);
            }

            validity = validity[count..];
        }

        return present;
    }

    /// <summary>Passes over rows and says how many of them have a value.</summary>
    public int Skip(int rows)
    {
        Span<byte> passed = stackalloc byte[SkipBatchLength];
        int present = 0;
        for (int count; rows > 0; rows -= count)
        {
            count = Math.Min(rows, passed.Length);
            present += Read(passed[..count]);
        }

        return present;
    }

    private int EnterRun(ReadOnlySpan<byte> bytes, int wanted)
    {
        if (_runs.Left == 0 && !_runs.MoveNext(bytes))
        {
            throw _page.Place.Broken($"The definition levels end with {wanted} or more rows left.");
        }

        return Math.Min(wanted, _runs.Left);
    }

    private byte RepeatedLevel() => _runs.Value <= 1
        ? (byte)_runs.Value
        : throw _page.Place.Broken($"Definition level {_runs.Value} exceeds the column's highest, 1.");

    /// <summary>Cuts runs with a 32-bit length before them off a page's front.</summary>
    public static PageValues CutPrefixed(PageValues page, out PageValues rest)
    {
        ReadOnlySpan<byte> bytes = page.Bytes.Span;
        if (bytes.Length < sizeof(int))
        {
            throw page.Place.Broken($"A page of {bytes.Length} bytes has no room for the length of its levels.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length > (uint)(bytes.Length - sizeof(int)))
        {
            throw page.Place.Broken($"Levels of {length} bytes exceed the page's {bytes.Length}.");
        }

        rest = page with { Bytes = page.Bytes[(sizeof(int) + (int)length)..] };
        return page with { Bytes = page.Bytes.Slice(sizeof(int), (int)length) };
    }
}

using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>Levels as runs (Encodings.md, RLE), a byte each. Booleans that are encoded so look just like levels of 0 and 1.</summary>
/// <param name="maximum">The highest level, at least 1.</param>
/// <param name="what">What the runs are, for messages.</param>
internal sealed class RunLevelDecoder(int maximum, string what)
{
    private const int BatchLength = 256;

    private readonly uint[] _unpacked = maximum > 1 ? new uint[BatchLength] : [];
    private PageValues _page;
    private RunCursor _runs;

    /// <summary>Starts a page's levels; their bytes are all of the page's.</summary>
    public void Initialize(PageValues page)
    {
        _page = page;
        _runs = new RunCursor(LevelWidth.Of(maximum));
    }

    /// <summary>Fills <paramref name="levels"/>; gives how many of them are the highest one.</summary>
    public int Read(Span<byte> levels)
    {
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        int highest = 0;
        while (!levels.IsEmpty)
        {
            int count = EnterRun(bytes, levels.Length);
            Span<byte> run = levels[..count];
            if (_runs.IsRepeated)
            {
                byte level = Checked(_runs.Value);
                run.Fill(level);
                highest += level == maximum ? count : 0;
                _runs.Advance(count);
            }
            else
            {
                Unpack(bytes, run);
                highest += run.Count((byte)maximum);
            }

            levels = levels[count..];
        }

        return highest;
    }

    /// <summary>Passes over levels; gives how many of them are the highest one. A run costs the same however long it is.</summary>
    public int Skip(int count)
    {
        Span<byte> passed = stackalloc byte[BatchLength];
        int highest = 0;
        for (int step; count > 0; count -= step)
        {
            step = EnterRun(_page.Bytes.Span, count);
            if (_runs.IsRepeated)
            {
                highest += Checked(_runs.Value) == maximum ? step : 0;
                _runs.Advance(step);
            }
            else
            {
                step = Math.Min(step, BatchLength);
                highest += Read(passed[..step]);
            }
        }

        return highest;
    }

    private void Unpack(ReadOnlySpan<byte> bytes, Span<byte> levels)
    {
        if (maximum == 1)
        {
            _runs.UnpackBits(bytes, levels);
            return;
        }

        for (int count; !levels.IsEmpty; levels = levels[count..])
        {
            count = Math.Min(levels.Length, BatchLength);
            Span<uint> unpacked = _unpacked.AsSpan(0, count);
            _runs.Unpack(bytes, unpacked);
            for (int i = 0; i < count; i++)
            {
                levels[i] = Checked(unpacked[i]);
            }
        }
    }

    private int EnterRun(ReadOnlySpan<byte> bytes, int wanted)
    {
        if (_runs.Left == 0 && !_runs.MoveNext(bytes))
        {
            throw _page.Place.Broken($"The {what} end with {wanted} or more rows left.");
        }

        return Math.Min(wanted, _runs.Left);
    }

    private byte Checked(uint level) => level <= maximum
        ? (byte)level
        : throw _page.Place.Broken($"The {what} have {level}, which exceeds the column's highest, {maximum}.");
}

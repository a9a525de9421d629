using System.Runtime.InteropServices;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Encodings;

/// <summary>
/// Puts the values of a BYTE_STREAM_SPLIT page together again (Encodings.md): the page holds the first byte of every value,
/// then the second of every value, and so on.
/// </summary>
/// <param name="width">Bytes per value, at least 1.</param>
internal sealed class StreamSplit(int width)
{
    private PageValues _page;
    private int _count;
    private int _next;

    public PagePlace Place => _page.Place;

    public void Initialize(PageValues page)
    {
        _page = page;
        _count = page.Bytes.Length / width;
        _next = 0;
        if (page.Bytes.Length % width != 0)
        {
            throw page.Place.Broken($"{page.Bytes.Length} bytes can't be split into streams for values of {width} bytes.");
        }
    }

    /// <summary>Fills <paramref name="plain"/> with the next values' bytes: whole values.</summary>
    public void Read(Span<byte> plain)
    {
        int first = _next;
        int count = plain.Length / width;
        Skip(count);
        ReadOnlySpan<byte> bytes = _page.Bytes.Span;
        switch (width)
        {
            case sizeof(uint):
                StreamJoin.Four(bytes[first..], _count, MemoryMarshal.Cast<byte, uint>(plain));
                break;
            case sizeof(ulong):
                StreamJoin.Eight(bytes[first..], _count, MemoryMarshal.Cast<byte, ulong>(plain));
                break;
            default:
                for (int i = 0; i < width; i++)
                {
                    Scatter(bytes.Slice((i * _count) + first, count), plain[i..]);
                }

                break;
        }
    }

    public void Skip(int count)
    {
        Require(count);
        _next += count;
    }

    /// <summary>Makes sure that the page has as many values left.</summary>
    public void Require(int count)
    {
        if (count > _count - _next)
        {
            throw Place.Broken($"{_count - _next} values in split streams are too few for the next {count}.");
        }
    }

    private void Scatter(ReadOnlySpan<byte> stream, Span<byte> plain)
    {
        for (int i = 0, at = 0; i < stream.Length; i++, at += width)
        {
            plain[at] = stream[i];
        }
    }
}

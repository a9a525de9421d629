using System.Buffers;
using System.Buffers.Binary;
using NearData.Parquet.Pages;

namespace NearData.Parquet.Values;

/// <summary>PLAIN byte arrays: a 32-bit little-endian length, then as many bytes (Encodings.md, PLAIN).</summary>
internal static class PrefixedBytes
{
    /// <summary>The bytes of the value at <paramref name="position"/>, which moves behind it.</summary>
    public static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> source, scoped ref int position, scoped in PagePlace place)
    {
        ReadOnlySpan<byte> rest = source[position..];
        if (rest.Length < sizeof(int))
        {
            throw place.Broken($"The values end {rest.Length} bytes into a length.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length > (uint)(rest.Length - sizeof(int)))
        {
            throw place.Broken($"A value of {length} bytes exceeds the {rest.Length - sizeof(int)} bytes left.");
        }

        position += sizeof(int) + (int)length;
        return rest.Slice(sizeof(int), (int)length);
    }

    /// <summary>Cuts bytes with their length before them off a page's front.</summary>
    public static PageValues Cut(PageValues page, out PageValues rest)
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

    /// <summary>Adds a value.</summary>
    public static void Add(ReadOnlySpan<byte> value, IBufferWriter<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target.GetSpan(sizeof(int)), value.Length);
        target.Advance(sizeof(int));
        target.Write(value);
    }
}

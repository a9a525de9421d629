using System.Buffers.Binary;
using System.Collections.Immutable;
using NearData.Parquet.Footer;
using NearData.Parquet.Thrift;

namespace NearData.Parquet;

/// <summary>What a file's footer says, checked against itself and the file's length.</summary>
public sealed record ParquetMetadata
{
    /// <summary>The bytes at a file's end that say how long its footer is: 4 of length, 4 of magic number.</summary>
    public const int TrailerLength = 8;

    /// <summary>
    /// The longest footer that is read, in bytes: 256 MiB. Real ones reach tens of MiB with ten thousands of columns; the limit
    /// keeps a hostile file from asking for more memory than a node has to spare.
    /// </summary>
    public const int MaximumFooterLength = 256 << 20;

    /// <summary>The columns.</summary>
    public required ParquetSchema Schema { get; init; }

    /// <summary>Rows in all row groups.</summary>
    public required long RowCount { get; init; }

    /// <summary>The row groups, in file order.</summary>
    public required ImmutableArray<RowGroup> RowGroups { get; init; }

    /// <summary>The writer's name and version, if it says.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>How a file starts and ends.</summary>
    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>How many bytes before the trailer the footer takes.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="fileLength">The file's length in bytes.</param>
    /// <param name="trailer">The file's last <see cref="TrailerLength"/> bytes; fewer when the file is shorter.</param>
    /// <exception cref="ParquetFormatException">It is no Parquet file, or the footer doesn't fit in it.</exception>
    /// <exception cref="ParquetUnsupportedException">The footer is encrypted.</exception>
    public static int FooterLength(string file, long fileLength, ReadOnlySpan<byte> trailer)
    {
        long end = fileLength - TrailerLength;
        if (end < Magic.Length || trailer.Length != TrailerLength)
        {
            throw new ParquetFormatException(file, 0, $"{fileLength} bytes are too few for a Parquet file.");
        }

        ReadOnlySpan<byte> magic = trailer[4..];
        if (magic.SequenceEqual("PARE"u8))
        {
            throw new ParquetUnsupportedException(file, "", "an encrypted footer");
        }

        if (!magic.SequenceEqual(Magic))
        {
            throw new ParquetFormatException(
                file,
                end + 4,
                $"The file ends in 0x{BinaryPrimitives.ReadUInt32BigEndian(magic):X8}, a Parquet file ends in \"PAR1\".");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        long room = Math.Min(end - Magic.Length, MaximumFooterLength);
        return length <= room
            ? (int)length
            : throw new ParquetFormatException(
                file, end, $"The footer's length {length} exceeds {room} bytes, which the file has room for.");
    }

    /// <summary>Reads a footer and checks that every column chunk that it names lies inside the file.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="fileLength">The file's length in bytes.</param>
    /// <param name="footer">The bytes before the trailer, as many as <see cref="FooterLength"/> says.</param>
    /// <exception cref="ParquetFormatException">The footer is broken or contradicts itself.</exception>
    /// <exception cref="ParquetUnsupportedException">The file is encrypted, or its columns lie in other files.</exception>
    public static ParquetMetadata Parse(string file, long fileLength, ReadOnlySpan<byte> footer)
    {
        long start = fileLength - TrailerLength - footer.Length;
        CompactReader reader = new(footer, file, start);
        return new FooterCheck(file, start, RawFileMetadata.Read(ref reader)).Run();
    }
}

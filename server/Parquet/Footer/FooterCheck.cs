using System.Collections.Immutable;

namespace NearData.Parquet.Footer;

/// <summary>Holds a footer against itself and the file's length, so that whatever it passes can be relied on.</summary>
internal sealed class FooterCheck(string file, long dataEnd, RawFileMetadata raw)
{
    public ParquetMetadata Run()
    {
        ParquetSchema schema = new SchemaTree(raw.Schema, Broken).Build();
        ImmutableArray<RowGroup> groups = [.. raw.RowGroups.Select((group, index) => Check(group, index, schema))];
        long rows = raw.RowCount ?? throw Broken("The footer has no num_rows.");
        Int128 sum = groups.Aggregate(Int128.Zero, (total, group) => total + group.RowCount);
        return sum == rows
            ? new ParquetMetadata { Schema = schema, RowCount = rows, RowGroups = groups, CreatedBy = raw.CreatedBy }
            : throw Broken($"The footer counts {rows} rows, its row groups {sum}.");
    }

    private RowGroup Check(RawRowGroup group, int index, ParquetSchema schema)
    {
        if (group.RowCount < 0)
        {
            throw Broken($"Row group {index} claims {group.RowCount} rows.");
        }

        if (group.Chunks.Count != schema.Columns.Length)
        {
            throw Broken(
                $"Row group {index} has {group.Chunks.Count} column chunks, the schema {schema.Columns.Length} columns.");
        }

        return new RowGroup(
            group.RowCount,
            [.. group.Chunks.Select((chunk, i) => Check(chunk, schema.Columns[i], group.RowCount, $"Row group {index}"))]);
    }

    private ColumnChunk Check(RawColumnChunk chunk, ParquetColumn column, long rows, string group)
    {
        string place = $"{group}, column {column.Path}";
        if (chunk.IsEncrypted || chunk.IsElsewhere)
        {
            return Unreadable(column, rows, chunk.IsEncrypted ? "encryption" : "a column chunk in another file");
        }

        if (chunk.Type != column.PhysicalType)
        {
            throw Broken($"{place}: the chunk holds {chunk.Type}, the schema says {column.PhysicalType}.");
        }

        if (chunk.ValueCount < rows || (!column.IsRepeated && chunk.ValueCount != rows))
        {
            throw Broken($"{place}: {chunk.ValueCount} values in a row group of {rows} rows.");
        }

        if (chunk.UncompressedLength < 0)
        {
            throw Broken($"{place}: total_uncompressed_size is {chunk.UncompressedLength}.");
        }

        return new ColumnChunk
        {
            Column = column,
            Codec = chunk.Codec,
            Encodings = [.. chunk.Encodings ?? []],
            Offset = Start(chunk, place),
            CompressedLength = chunk.CompressedLength,
            UncompressedLength = chunk.UncompressedLength,
            ValueCount = chunk.ValueCount,
            Statistics = chunk.Statistics?.ForColumn(column, Order(column), chunk.ValueCount),
            Order = Order(column),
            ColumnIndex = Inside(chunk.ColumnIndex),
            OffsetIndex = Inside(chunk.OffsetIndex),
            BloomFilter = chunk.BloomFilter is (var offset, 0)
                ? Inside(new RawRange(offset, (int)Math.Clamp(dataEnd - offset, 0, BloomFilter.MaximumLength)))
                : Inside(chunk.BloomFilter),
        };
    }

    /// <summary>What can be said of a chunk whose place and size mean nothing here.</summary>
    private static ColumnChunk Unreadable(ParquetColumn column, long rows, string obstacle) => new()
    {
        Column = column,
        Codec = Codec.Uncompressed,
        Offset = ParquetMetadata.Magic.Length,
        CompressedLength = 0,
        UncompressedLength = 0,
        ValueCount = rows,
        Obstacle = obstacle,
    };

    // What only helps to read less is left out where its place is impossible: the values are still right.
    private FileRange? Inside(RawRange range) =>
        range.Offset >= ParquetMetadata.Magic.Length && range.Length > 0 && range.Offset <= dataEnd && range.Length <= dataEnd - range.Offset
            ? new FileRange(range.Offset, range.Length)
            : null;

    private long Start(RawColumnChunk chunk, string place)
    {
        // Some writers give 0 for "no dictionary page", which can't be its place: the file starts with its magic number.
        long offset = chunk.DictionaryPageOffset > 0
            ? Math.Min(chunk.DictionaryPageOffset, chunk.DataPageOffset)
            : chunk.DataPageOffset;
        long length = chunk.CompressedLength;
        int dataStart = ParquetMetadata.Magic.Length;
        bool empty = length == 0 && chunk.ValueCount == 0;
        bool inside = offset >= dataStart && length >= 0 && offset <= dataEnd && length <= dataEnd - offset;
        return inside || empty
            ? offset
            : throw Broken(
                $"{place}: {length} bytes at offset {offset} lie outside the file's data [{dataStart}..{dataEnd}).");
    }

    private ColumnOrder Order(ParquetColumn column) =>
        column.Index < raw.ColumnOrders.Count && !column.HasUnknownMeaning ? raw.ColumnOrders[column.Index] : ColumnOrder.Undefined;

    private ParquetFormatException Broken(string message) => new(file, dataEnd, message);
}

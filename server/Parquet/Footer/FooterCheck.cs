using System.Collections.Immutable;

namespace NearData.Parquet.Footer;

/// <summary>Holds a footer against itself and the file's length, so that whatever it passes can be relied on.</summary>
internal sealed class FooterCheck(string file, long dataEnd, RawFileMetadata raw)
{
    public ParquetMetadata Run()
    {
        if (raw.IsEncrypted)
        {
            throw new ParquetUnsupportedException(file, "", "encryption");
        }

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
        if (chunk.IsElsewhere)
        {
            throw new ParquetUnsupportedException(file, column.Path, "a column chunk in another file");
        }

        if (chunk.Type != column.PhysicalType)
        {
            throw Broken($"{place}: the chunk holds {chunk.Type}, the schema says {column.PhysicalType}.");
        }

        if (chunk.ValueCount < 0 || (!column.IsNested && chunk.ValueCount != rows))
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
            Offset = Start(chunk, place),
            CompressedLength = chunk.CompressedLength,
            UncompressedLength = chunk.UncompressedLength,
            ValueCount = chunk.ValueCount,
            Statistics = chunk.Statistics?.ForColumn(column, Order(column), chunk.ValueCount),
        };
    }

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
        column.Index < raw.ColumnOrders.Count ? raw.ColumnOrders[column.Index] : ColumnOrder.Undefined;

    private ParquetFormatException Broken(string message) => new(file, dataEnd, message);
}

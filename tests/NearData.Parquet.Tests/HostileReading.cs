namespace NearData.Parquet.Tests;

/// <summary>
/// Reads whatever can be read of a file in memory, as the engine would, though no more rows of a column than tell something: a run
/// may rightly claim two thousand million of them.
/// </summary>
internal static class HostileReading
{
    private const int Rows = 500;

    /// <summary>Of these, rows whose codes are read first: small files have no more than 60.</summary>
    private const int CodedRows = 20;

    /// <summary>How many columns, indexes and filters were refused; a footer that is counts as one.</summary>
    /// <exception cref="Exception">Anything but the errors that a file may cause.</exception>
    public static int Refusals(byte[] file)
    {
        ParquetMetadata? metadata = null;
        int refused = Try(() =>
        {
            ReadOnlySpan<byte> trailer = file.AsSpan(Math.Max(0, file.Length - ParquetMetadata.TrailerLength));
            int length = ParquetMetadata.FooterLength("memory", file.Length, trailer);
            metadata = ParquetMetadata.Parse("memory", file.Length, file.AsSpan(file.Length - ParquetMetadata.TrailerLength - length, length));
        });
        foreach (RowGroup group in metadata?.RowGroups ?? [])
        {
            foreach (ColumnChunk chunk in group.Chunks)
            {
                chunk.Statistics?.TryGetInt64Range(out _, out _);
                refused += Try(() => ReadColumn(file, chunk));
                refused += Try(() => ReadIndexes(file, group, chunk));
            }
        }

        return refused;
    }

    private static int Try(Action read)
    {
        try
        {
            read();
            return 0;
        }
        catch (ParquetFormatException)
        {
            return 1;
        }
        catch (ParquetUnsupportedException)
        {
            return 1;
        }
    }

    private static void ReadColumn(byte[] file, ColumnChunk chunk)
    {
        using ColumnReader reader = ColumnReader.Open("memory", chunk, Bytes(file, chunk.Offset, chunk.CompressedLength));
        Read(reader, chunk, Rows);
    }

    private static void Read(ColumnReader reader, ColumnChunk chunk, int rows)
    {
        Action<int> read = (chunk.Column.PhysicalType, chunk.Column.LogicalType) switch
        {
            (PhysicalType.Boolean, _) => Numbers<byte>(reader, chunk.Column),
            (PhysicalType.Int32, LogicalType.Integer { Signed: false }) => Numbers<uint>(reader, chunk.Column),
            (PhysicalType.Int32 or PhysicalType.Int96, _) => Numbers<long>(reader, chunk.Column),
            (PhysicalType.Int64, LogicalType.Integer { Signed: false }) => Numbers<ulong>(reader, chunk.Column),
            (PhysicalType.Int64, _) => Numbers<long>(reader, chunk.Column),
            (PhysicalType.Float or PhysicalType.Double, _) or (_, LogicalType.Float16) => Numbers<double>(reader, chunk.Column),
            (_, LogicalType.Decimal(<= 38, _)) => Numbers<Int128>(reader, chunk.Column),
            _ => Texts(reader, chunk.Column),
        };
        read(rows);
        reader.Skip(Math.Min(reader.RowsLeft, 50 * rows));
        read(rows);
    }

    private static Action<int> Numbers<T>(ColumnReader reader, ParquetColumn column)
        where T : unmanaged => rows =>
    {
        if (column.IsRepeated)
        {
            reader.ReadEntries<T>(new T[rows], new byte[rows], new byte[rows]);
        }
        else
        {
            RowCodes codes = new(CodedRows);
            reader.ReadCodes<T>(codes, CodedRows, new byte[CodedRows]);
            CheckCodes(codes, reader.Dictionary<T>().Length);
            reader.Read<T>(new T[rows], new byte[rows]);
        }
    };

    private static Action<int> Texts(ColumnReader reader, ParquetColumn column)
    {
        ByteArrayBatch batch = new();
        return rows =>
        {
            if (column.IsRepeated)
            {
                reader.ReadByteEntries(batch, new byte[rows], new byte[rows]);
            }
            else
            {
                RowCodes codes = new(CodedRows);
                reader.ReadByteCodes(codes, CodedRows, new byte[CodedRows]);
                CheckCodes(codes, reader.DictionaryPlaces.Length);
                reader.ReadBytes(batch, rows);
            }
        };
    }

    // Whoever has codes looks them up unchecked.
    private static void CheckCodes(RowCodes codes, int entries)
    {
        foreach (uint code in codes.Each())
        {
            if (code >= entries)
            {
                throw new InvalidOperationException($"Code {code} of {entries} was given.");
            }
        }
    }

    private static void ReadIndexes(byte[] file, RowGroup group, ColumnChunk chunk)
    {
        if (chunk.BloomFilter is { } filter)
        {
            BloomFilter.Parse("memory", filter, Bytes(file, filter.Offset, filter.Length).Span).MayContain(7);
        }

        if (chunk.ColumnIndex is { } columns)
        {
            _ = ColumnIndex.Parse("memory", chunk, Bytes(file, columns.Offset, columns.Length).Span).Pages.Count(page => page.Values.TryGetInt64Range(out _, out _));
        }

        if (chunk.OffsetIndex is { } offsets)
        {
            OffsetIndex index = OffsetIndex.Parse("memory", chunk, group.RowCount, Bytes(file, offsets.Offset, offsets.Length).Span);
            if (group.RowCount > 0 && !chunk.Column.IsRepeated)
            {
                RowRange[] wanted = [new(group.RowCount / 2, 1)];
                using ColumnReader reader = ColumnReader.Open(
                    "memory", chunk, [.. index.Slices(wanted).Select(slice => new ChunkPart(slice, Bytes(file, slice.Range.Offset, slice.Range.Length)))]);
                reader.Skip(wanted[0].First);
                Read(reader, chunk, rows: 1);
            }
        }
    }

    private static ReadOnlyMemory<byte> Bytes(byte[] file, long offset, long length) => file.AsMemory((int)offset, (int)length);
}

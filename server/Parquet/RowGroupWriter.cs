using NearData.Parquet.Writing;

namespace NearData.Parquet;

/// <summary>
/// Takes one row group's rows, column by column in the schema's order; a column may come in several parts. A column that has
/// all its rows is written out, so that no more than one column's compressed pages are held. Not thread-safe.
/// </summary>
public sealed class RowGroupWriter
{
    private readonly ParquetWriter _writer;
    private readonly int _rows;
    private int _column;

    internal RowGroupWriter(ParquetWriter writer, int rows)
    {
        _writer = writer;
        _rows = rows;
        _writer.Chunks[0].Start();
    }

    internal List<WrittenChunk> Written { get; } = [];

    /// <summary>Notes where a chunk's indexes and its bloom filter were written.</summary>
    internal void Place(int chunk, ColumnChunk placed) => Written[chunk] = Written[chunk] with { Chunk = placed };

    internal long RowCount => _rows;

    /// <summary>The columns that still lack rows, for messages; null when the row group is complete.</summary>
    internal string? Missing => _column == _writer.Schema.Columns.Length
        ? null
        : $"column {_writer.Schema.Columns[_column].Path} has {_writer.Chunks[_column].Rows} of {_rows} rows";

    /// <summary>
    /// Adds rows to a column; the types are those of <see cref="ColumnReader.Read"/>, and each value is checked to fit.
    /// </summary>
    /// <param name="column">The column's index: the one that was written to last, or when that is complete the next.</param>
    /// <param name="values">One value per row; what stands in a null row doesn't matter.</param>
    /// <param name="validity">Per row 1, or 0 for null; empty when no row is null.</param>
    /// <exception cref="ColumnAccessException">The column can't hold a value, the type, or a null.</exception>
    public void Write<T>(int column, ReadOnlySpan<T> values, ReadOnlySpan<byte> validity = default)
        where T : unmanaged
    {
        if (!validity.IsEmpty && validity.Length != values.Length)
        {
            throw new ArgumentException($"{validity.Length} validity bytes for {values.Length} values.", nameof(validity));
        }

        Enter(column, values.Length).Write(values, validity);
        Leave();
    }

    /// <summary>Adds rows to a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96 column.</summary>
    /// <param name="column">The column's index: the one that was written to last, or when that is complete the next.</param>
    /// <param name="batch">The rows.</param>
    /// <exception cref="ColumnAccessException">The column has another type, or can't hold a value or a null.</exception>
    public void WriteBytes(int column, ByteArrayBatch batch)
    {
        Enter(column, batch.Count).Write(batch);
        Leave();
    }

    private ChunkWriter Enter(int column, int rows)
    {
        ChunkWriter? chunk = column == _column ? _writer.Chunks[column] : null;
        return chunk is not null && rows <= _rows - chunk.Rows
            ? chunk
            : throw new InvalidOperationException(
                $"{rows} rows come for column {column}, but {Missing ?? "the row group is complete"}.");
    }

    private void Leave()
    {
        if (_writer.Chunks[_column].Rows < _rows)
        {
            return;
        }

        Written.Add(_writer.Append(_writer.Chunks[_column]));
        _column++;
        if (_column < _writer.Chunks.Length)
        {
            _writer.Chunks[_column].Start();
        }
    }
}

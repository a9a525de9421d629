using System.Buffers.Binary;
using NearData.Parquet.Compression;
using NearData.Parquet.Footer;
using NearData.Parquet.Writing;

namespace NearData.Parquet;

/// <summary>
/// Writes a file from front to back, so any stream that can be written to will do. It is a Parquet file only after
/// <see cref="Finish"/>. The stream stays the caller's. Not thread-safe.
/// </summary>
public sealed class ParquetWriter : IDisposable
{
    private readonly Stream _output;
    private readonly ParquetWriterOptions _options;
    private readonly BlockCodec? _codec;
    private readonly List<RowGroupWriter> _groups = [];
    private long _position;
    private bool _isFinished;

    /// <summary>Starts a file.</summary>
    /// <exception cref="ArgumentException">
    /// The schema has no columns, two of one name, or one that the format doesn't allow.
    /// </exception>
    /// <exception cref="ParquetUnsupportedException">The codec isn't written here.</exception>
    public ParquetWriter(Stream output, ParquetSchema schema, ParquetWriterOptions options)
    {
        Check(schema);
        string file = (output as FileStream)?.Name ?? "output";
        _output = output;
        _options = options;
        _codec = BlockCodec.For(options.Codec, file, column: "", options.CompressionLevel);
        Schema = schema;
        PageWriter pages = new(_codec, options);
        Chunks = [.. schema.Columns.Select(column => new ChunkWriter(file, column, options, pages))];
        Write(ParquetMetadata.Magic);
    }

    /// <summary>The columns.</summary>
    public ParquetSchema Schema { get; }

    internal ChunkWriter[] Chunks { get; }

    /// <summary>Begins a row group; the one before must be complete.</summary>
    /// <param name="rows">How many rows it will have, at least 1.</param>
    public RowGroupWriter StartRowGroup(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        CheckComplete();
        RowGroupWriter group = new(this, rows);
        _groups.Add(group);
        return group;
    }

    /// <summary>Writes the footer; nothing can be written after it.</summary>
    public void Finish()
    {
        CheckComplete();
        WriteIndexes();
        byte[] footer = FooterWriter.Write(Schema, _groups, _options.CreatedBy);
        Write(footer);
        Span<byte> trailer = stackalloc byte[ParquetMetadata.TrailerLength];
        BinaryPrimitives.WriteInt32LittleEndian(trailer, footer.Length);
        ParquetMetadata.Magic.CopyTo(trailer[sizeof(int)..]);
        Write(trailer);
        _output.Flush();
        _isFinished = true;
    }

    public void Dispose() => _codec?.Dispose();

    internal WrittenChunk Append(ChunkWriter chunk)
    {
        WrittenChunk written = chunk.Finish(_output, _position);
        _position += written.Chunk.CompressedLength;
        return written;
    }

    private static void Check(ParquetSchema schema)
    {
        string? twice = schema.Columns
            .GroupBy(column => column.Name, StringComparer.Ordinal)
            .FirstOrDefault(group => group.Skip(1).Any())?.Key;
        string? problem = schema.Columns.IsEmpty ? "A schema needs a column."
            : twice is not null ? $"Two columns have the name {twice}."
            : schema.Columns.FirstOrDefault(column => column.IsNested || column.IsRepeated) is { } nested ? $"Column {nested.Path} is nested."
            : schema.Columns.Select(ColumnRules.Violation).FirstOrDefault(violation => violation is not null);
        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(schema));
        }
    }

    private void CheckComplete()
    {
        string? problem = _isFinished ? "the file is finished" : _groups.Count > 0 ? _groups[^1].Missing : null;
        if (problem is not null)
        {
            throw new InvalidOperationException($"This can't be done now: {problem}.");
        }
    }

    // Kind by kind, as the format asks for: a reader that wants one kind of several chunks finds them together.
    private void WriteIndexes()
    {
        WriteEach(static written => written.BloomFilter, static (chunk, range) => chunk with { BloomFilter = range });
        if (_options.HasPageIndexes)
        {
            WriteEach(PageIndexWriter.WriteColumnIndex, static (chunk, range) => chunk with { ColumnIndex = range });
            WriteEach(PageIndexWriter.WriteOffsetIndex, static (chunk, range) => chunk with { OffsetIndex = range });
        }
    }

    private void WriteEach(Func<WrittenChunk, byte[]?> make, Func<ColumnChunk, FileRange, ColumnChunk> place)
    {
        foreach (RowGroupWriter group in _groups)
        {
            for (int i = 0; i < group.Written.Count; i++)
            {
                if (make(group.Written[i]) is { } bytes)
                {
                    group.Place(i, place(group.Written[i].Chunk, new FileRange(_position, bytes.Length)));
                    Write(bytes);
                }
            }
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _position += bytes.Length;
    }
}

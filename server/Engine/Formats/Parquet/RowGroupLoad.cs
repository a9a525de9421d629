using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>Brings one row group's column chunks, or pages of them, into memory.</summary>
internal sealed class RowGroupLoad(ScanTask task, RowGroupPart part, IReadOnlyList<FieldBinding> bindings, LoadedChunk[] chunks, OpenFile file)
    : RangesLoad(task, LoadedChunk.RangesOf(chunks), file)
{
    public RowGroupLoad(ScanTask task, RowGroupPart part, IReadOnlyList<FieldBinding> bindings, OpenFile file)
        : this(task, part, bindings, LoadedChunk.Of(part, bindings), file)
    {
    }

    /// <summary>The row group.</summary>
    public RowGroupPart Part => part;

    public override PartScan Open() => new RowGroupScan(
        this, [.. bindings.Select((binding, i) => BoundColumn.Open(binding, ColumnReader.Open(Task.File.Name, chunks[i].Chunk, PartsOf(i))))]);

    public override PartScan Open(PartScan ended)
    {
        if (ended is not RowGroupScan scan)
        {
            return base.Open(ended);
        }

        scan.Restart(this);
        return scan;
    }

    /// <summary>Goes on with this row group's chunk of a column.</summary>
    /// <param name="index">The column's place among the bindings.</param>
    /// <param name="column">The column.</param>
    public void Restart(int index, BoundColumn column) => column.Restart(Task.File.Name, chunks[index].Chunk, PartsOf(index));

    private ChunkPart[] PartsOf(int index)
    {
        LoadedChunk loaded = chunks[index];
        ChunkPart[] parts = new ChunkPart[loaded.Slices.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new ChunkPart(loaded.Slices[i], BytesOf(loaded.FirstPiece + i));
        }

        return parts;
    }
}

/// <summary>What is loaded of a chunk.</summary>
/// <param name="Chunk">The chunk.</param>
/// <param name="Slices">The whole of it, or its dictionary and runs of its pages.</param>
/// <param name="FirstPiece">The first slice's place among the pieces that are loaded.</param>
internal readonly record struct LoadedChunk(ColumnChunk Chunk, ChunkSlice[] Slices, int FirstPiece)
{
    public static LoadedChunk[] Of(RowGroupPart part, IReadOnlyList<FieldBinding> bindings)
    {
        LoadedChunk[] chunks = new LoadedChunk[bindings.Count];
        int pieces = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            ColumnChunk chunk = part.ChunkOf(bindings[i].Column.Name);
            chunks[i] = new LoadedChunk(chunk, part.SlicesOf(chunk), pieces);
            pieces += chunks[i].Slices.Length;
        }

        return chunks;
    }

    /// <summary>The slices of all.</summary>
    public static ByteRange[] RangesOf(ReadOnlySpan<LoadedChunk> chunks)
    {
        ByteRange[] ranges = new ByteRange[chunks.IsEmpty ? 0 : chunks[^1].FirstPiece + chunks[^1].Slices.Length];
        foreach (LoadedChunk loaded in chunks)
        {
            for (int i = 0; i < loaded.Slices.Length; i++)
            {
                FileRange range = loaded.Slices[i].Range;
                ranges[loaded.FirstPiece + i] = new ByteRange(range.Offset, range.Length) { Within = loaded.Chunk.Offset };
            }
        }

        return ranges;
    }
}

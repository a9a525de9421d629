using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Parquet;

namespace NearData.Engine.Formats.Parquet;

/// <summary>Brings one row group's column chunks into memory.</summary>
internal sealed class RowGroupLoad(ScanTask task, RowGroupPart part, IReadOnlyList<FieldBinding> bindings, ColumnChunk[] chunks, OpenFile file)
    : RangesLoad(task, [.. chunks.Select(chunk => new ByteRange(chunk.Offset, chunk.CompressedLength))], file)
{
    public RowGroupLoad(ScanTask task, RowGroupPart part, IReadOnlyList<FieldBinding> bindings, OpenFile file)
        : this(task, part, bindings, [.. bindings.Select(binding => part.ChunkOf(binding.Column.Name))], file)
    {
    }

    /// <summary>Rows of the row group.</summary>
    public long RowCount => part.Group.RowCount;

    public override PartScan Open() => new RowGroupScan(
        this, [.. bindings.Select((binding, i) => BoundColumn.Open(binding, ColumnReader.Open(Task.File.Name, chunks[i], BytesOf(i))))]);

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
    public void Restart(int index, BoundColumn column) =>
        column.Restart(Task.File.Name, chunks[index], [ColumnReader.WholeOf(chunks[index], BytesOf(index))]);
}

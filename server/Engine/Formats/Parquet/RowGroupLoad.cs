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

    public override PartScan Open() => new RowGroupScan(
        this,
        part.Group.RowCount,
        [.. bindings.Select((binding, i) => BoundColumn.Open(binding, ColumnReader.Open(Task.File.Name, chunks[i], BytesOf(i))))]);
}

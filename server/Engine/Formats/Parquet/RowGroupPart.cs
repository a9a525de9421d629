using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A row group.</summary>
/// <param name="group">Its chunks.</param>
internal sealed class RowGroupPart(RowGroup group) : FilePart
{
    public RowGroup Group => group;

    public override long? RowCount => group.RowCount;

    /// <summary>The chunk of a column with one value per row, by its path. Files may hold their columns in different orders.</summary>
    public ColumnChunk ChunkOf(string column)
    {
        foreach (ColumnChunk chunk in group.Chunks)
        {
            if (!chunk.Column.IsRepeated && string.Equals(chunk.Column.Path, column, StringComparison.Ordinal))
            {
                return chunk;
            }
        }

        throw new ArgumentException($"The row group has no column '{column}'.", nameof(column));
    }

    internal override FieldRange? RangeOf(FieldBinding binding) => ChunkRanges.Of(ChunkOf(binding.Column.Name));

    internal override FieldSummary? SummaryOf(FieldBinding binding)
    {
        ColumnChunk chunk = ChunkOf(binding.Column.Name);
        long? nulls = chunk.Column.IsNullable ? chunk.Statistics?.NullCount : 0;
        return nulls is not { } known ? null
            : chunk.Statistics is { AreBoundsExact: true } statistics && statistics.TryGetInt64Range(out long least, out long greatest)
            ? new FieldSummary(known, (least, greatest))
            : new FieldSummary(known, null);
    }

    internal override PartLoad Load(ScanTask task, IReadOnlyList<FieldBinding> bindings, OpenFile file) =>
        new RowGroupLoad(task, this, bindings, file);
}

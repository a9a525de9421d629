using NearData.Engine.Datasets;
using NearData.Parquet;
using NearData.Verifier;

namespace NearData.Engine.Execution;

/// <summary>A row group that a worker takes.</summary>
/// <param name="File">The file that it lies in.</param>
/// <param name="FileIndex">The file's place among the dataset's.</param>
/// <param name="Group">Its chunks.</param>
internal sealed record RowGroupTask(DatasetFile File, int FileIndex, RowGroup Group)
{
    /// <summary>What the filter is proven to do with all rows.</summary>
    public FilterOutcome Filter { get; init; }

    /// <summary>The chunk of a column with one value per row, by its path. Files may hold their columns in different orders.</summary>
    public ColumnChunk ChunkOf(string column) =>
        Group.Chunks.First(chunk => !chunk.Column.IsRepeated && string.Equals(chunk.Column.Path, column, StringComparison.Ordinal));
}

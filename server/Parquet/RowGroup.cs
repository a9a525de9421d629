using System.Collections.Immutable;

namespace NearData.Parquet;

/// <summary>A horizontal slice of the file: one chunk per column of the schema, in the schema's order.</summary>
public sealed record RowGroup(long RowCount, ImmutableArray<ColumnChunk> Chunks);

using NearData.Parquet;

namespace NearData.Queries.Tpch.Columns;

/// <summary>One column's values of some rows, in row order; never null. Not thread-safe; refilled for each row group.</summary>
public abstract class ColumnBuffer
{
    private protected ColumnBuffer(ParquetColumn definition) => Definition = definition;

    /// <summary>Name and type, as they are written.</summary>
    public ParquetColumn Definition { get; }

    /// <summary>Values held.</summary>
    public abstract int Count { get; }

    internal abstract void Clear();

    /// <summary>Writes all values as the row group's next column.</summary>
    internal abstract void WriteTo(RowGroupWriter group, int column);
}

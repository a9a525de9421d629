using NearData.Parquet;
using NearData.Queries.Tpch.Columns;

namespace NearData.Queries.Tpch.Tables;

/// <summary>Consecutive rows of one table, column by column. Not thread-safe; its buffers are kept from fill to fill.</summary>
public abstract class RowBatch
{
    private readonly List<ColumnBuffer> _columns = [];

    /// <summary>The table's columns in the specification's order (1.4.1), all of <see cref="Rows"/> values.</summary>
    public IReadOnlyList<ColumnBuffer> Columns => _columns;

    /// <summary>Rows held.</summary>
    public int Rows => _columns[0].Count;

    internal void Fill(Slice slice)
    {
        foreach (ColumnBuffer column in _columns)
        {
            column.Clear();
        }

        Generate(slice);
    }

    private protected abstract void Generate(Slice slice);

    // The makers are called in the order of the table's columns.
    private protected NumberBuffer<long> Whole(string name) => Added(new NumberBuffer<long>(ParquetColumn.Int64(name)));

    private protected NumberBuffer<int> Small(string name) => Added(new NumberBuffer<int>(ParquetColumn.Int32(name)));

    private protected NumberBuffer<long> Money(string name) => Added(new NumberBuffer<long>(ParquetColumn.Decimal(name, 15, 2)));

    private protected NumberBuffer<int> Date(string name) => Added(new NumberBuffer<int>(ParquetColumn.Date(name)));

    private protected TextBuffer Text(string name) => Added(new TextBuffer(ParquetColumn.Text(name)));

    private T Added<T>(T column)
        where T : ColumnBuffer
    {
        _columns.Add(column);
        return column;
    }
}

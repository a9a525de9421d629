using NearData.Parquet;

namespace NearData.Queries.Tpch.Columns;

/// <summary>Strings in ASCII.</summary>
public sealed class TextBuffer : ColumnBuffer
{
    private readonly ByteArrayBatch _values = new();

    internal TextBuffer(ParquetColumn definition)
        : base(definition)
    {
    }

    public override int Count => _values.Count;

    /// <summary>One string's bytes; valid until the buffer is refilled.</summary>
    public ReadOnlySpan<byte> this[int row] => _values[row];

    internal void Add(ReadOnlySpan<byte> value) => _values.Add(value);

    internal override void Clear() => _values.Clear();

    internal override void WriteTo(RowGroupWriter group, int column) => group.WriteBytes(column, _values);
}

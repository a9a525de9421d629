using NearData.Parquet;

namespace NearData.Queries.Tpch.Columns;

/// <summary>Numbers as Parquet stores them: decimals as unscaled integers, dates as days since 1970-01-01.</summary>
/// <typeparam name="T"><see cref="int"/> for INT32 and DATE, <see cref="long"/> for INT64 and DECIMAL.</typeparam>
public sealed class NumberBuffer<T> : ColumnBuffer
    where T : unmanaged
{
    private T[] _values = new T[1024];
    private int _count;

    internal NumberBuffer(ParquetColumn definition)
        : base(definition)
    {
    }

    public override int Count => _count;

    /// <summary>The values; valid until the buffer is refilled.</summary>
    public ReadOnlySpan<T> Values => _values.AsSpan(0, _count);

    internal void Add(T value)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, _count * 2);
        }

        _values[_count++] = value;
    }

    internal override void Clear() => _count = 0;

    internal override void WriteTo(RowGroupWriter group, int column) => group.Write(column, Values);
}

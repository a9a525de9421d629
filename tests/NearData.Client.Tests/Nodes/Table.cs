using System.Collections.Immutable;
using NearData.Contracts.V1;
using NearData.Isa.Programs;
using NearData.Vm;

namespace NearData.Client.Tests.Nodes;

/// <summary>A column in memory: each value is the column's integer, or null.</summary>
internal sealed record TableColumn(string Name, ColumnType Type, bool IsNullable, ImmutableArray<long?> Values)
{
    public static TableColumn Of<T>(string name, ColumnType type, IEnumerable<T> rows, Func<T, long?> value)
    {
        ImmutableArray<long?> values = [.. rows.Select(value)];
        return new(name, type, values.Contains(null), values);
    }
}

/// <summary>A dataset in memory, described and read as a node would.</summary>
internal sealed record Table(string Name, ImmutableArray<TableColumn> Columns, string Version = "1")
{
    private const int BatchCapacity = 64;

    /// <summary>Whether ranges and null counts are described.</summary>
    public bool HasStatistics { get; init; } = true;

    /// <summary>As if each record were there so many times.</summary>
    public long Repetitions { get; init; } = 1;

    public int Rows => Columns[0].Values.Length;

    /// <summary>The same, with other values in a column.</summary>
    public Table With(string column, IEnumerable<long?> values) =>
        this with { Columns = [.. Columns.Select(old => old.Name == column ? TableColumn.Of(column, old.Type, values, value => value) : old)] };

    public DescribeDatasetResponse Describe() => new()
    {
        Summary = new DatasetSummary { Name = Name, Files = 1, Rows = (ulong)Rows },
        Columns = { Columns.Select(Describe) },
        Version = Version,
    };

    /// <summary>The records in order, some at a time.</summary>
    public IEnumerable<RecordBatch> Batches(RowLayout row, IReadOnlyList<int> fields)
    {
        using RecordBatch batch = new(row, fields, BatchCapacity);
        for (int start = 0; start < Rows; start += BatchCapacity)
        {
            batch.Count = Math.Min(BatchCapacity, Rows - start);
            foreach (int field in fields)
            {
                Fill(batch, field, start);
            }

            yield return batch;
        }
    }

    private Column Describe(TableColumn column)
    {
        Column described = new() { Name = column.Name, Type = column.Type, Nullable = column.IsNullable };
        bool isText = column.Type.Kind is ColumnType.Types.Kind.String or ColumnType.Types.Kind.Double;
        if (HasStatistics && !isText)
        {
            described.NullCount = (ulong)column.Values.Count(value => value is null);
            bool isBeyond = column.Type.Kind == ColumnType.Types.Kind.Uint64 && column.Values.Any(value => value < 0);
            if (column.Values.Any(value => value is not null) && !isBeyond)
            {
                described.Range = new ColumnRange { Minimum = column.Values.Min()!.Value, Maximum = column.Values.Max()!.Value };
            }
        }

        return described;
    }

    private void Fill(RecordBatch batch, int index, int start)
    {
        RowField field = batch.Row.Fields[index];
        TableColumn column = Columns.Single(candidate => candidate.Name == field.Name);
        for (int record = 0; record < batch.Count; record++)
        {
            long? value = column.Values[start + record];
            Assert.True(value is not null || field.IsNullable, $"A null of {column.Name} has no place in {field}.");
            Write(batch, index, record, field.Type.Size(), value ?? 0);
            if (field.IsNullable)
            {
                batch.Validity(index)[record] = value is null ? (byte)0 : (byte)1;
            }
        }
    }

    private static void Write(RecordBatch batch, int field, int record, int size, long value)
    {
        switch (size)
        {
            case 1:
                batch.Values<byte>(field)[record] = (byte)value;
                break;
            case 2:
                batch.Values<ushort>(field)[record] = (ushort)value;
                break;
            case 4:
                batch.Values<uint>(field)[record] = (uint)value;
                break;
            default:
                batch.Values<long>(field)[record] = value;
                break;
        }
    }
}

using System.Collections.Immutable;
using NearData.Engine.Groups;
using NearData.Isa.Programs;

namespace NearData.Engine.Execution;

/// <summary>How far an execution is. Each figure only grows.</summary>
/// <param name="RowsScanned">Rows that the filter has seen.</param>
/// <param name="RowsTotal">Rows of the parts that are read, as far as they are known: a part that doesn't say is counted as it is scanned.</param>
/// <param name="BytesRead">Bytes that the devices gave.</param>
public readonly record struct ExecutionProgress(long RowsScanned, long RowsTotal, long BytesRead);

/// <summary>One result, merged over all workers.</summary>
/// <param name="Field">Its name, type and merge.</param>
/// <param name="Value">Exact; of a field of doubles the place of the nearest one (<see cref="Float64Order"/>).</param>
public readonly record struct ResultValue(ResultField Field, Int128 Value)
{
    /// <summary>The double of a field of doubles; null for other types.</summary>
    public double? Number => Field.Type == FieldType.Float64 ? Float64Order.ToDouble((long)Value) : null;

    /// <summary>Whether the value is the one that merging starts with, as when no record changed it.</summary>
    public bool IsIdentity => Value == Field.Merge.Identity(Field.Type);
}

/// <summary>What an execution gives when every row was seen.</summary>
/// <param name="Results">In the object's order.</param>
/// <param name="BytesRead">From the devices, footers not included.</param>
/// <param name="RowsScanned">All rows of the parts that were read.</param>
/// <param name="RowsKept">Rows that the filter kept; all of them without a filter.</param>
/// <param name="RowGroups">Parts of files that were read: row groups of Parquet.</param>
/// <param name="RowGroupsPruned">Those that were not: what is known of their values proves that the filter keeps none of their rows.</param>
/// <param name="Workers">Threads that took part.</param>
/// <param name="Elapsed">From start to merge.</param>
/// <param name="ColumnsRead">The columns whose bytes were read, in the row's order.</param>
public sealed record ExecutionAnswer(
    ImmutableArray<ResultValue> Results,
    long BytesRead,
    long RowsScanned,
    long RowsKept,
    int RowGroups,
    int RowGroupsPruned,
    int Workers,
    TimeSpan Elapsed,
    ImmutableArray<string> ColumnsRead)
{
    /// <summary>Parts of files that were not read either, because what the files say of their columns is the answer; all of their rows are kept.</summary>
    public int RowGroupsUnread { get; init; }

    /// <summary>Pages that were not read in the row groups that were: their bounds prove that the filter keeps none of their rows.</summary>
    public long PagesPruned { get; init; }

    /// <summary>The groups of each group map, in the object's order.</summary>
    public ImmutableArray<GroupAnswer> Groups { get; init; } = [];
}

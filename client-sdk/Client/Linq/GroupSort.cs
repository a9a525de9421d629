using System.Linq.Expressions;

namespace NearData.Client.Linq;

internal enum SortDirection
{
    Ascending,
    Descending,
}

/// <summary>A value that groups are sorted by at the node.</summary>
/// <param name="Value">A part of the key, or a total.</param>
/// <param name="Direction">Which end comes first.</param>
/// <param name="Source">As its author wrote it.</param>
internal sealed record GroupSort(GroupValue Value, SortDirection Direction, Expression Source);

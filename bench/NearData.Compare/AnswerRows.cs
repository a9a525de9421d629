using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NearData.Engine.Execution;
using NearData.Engine.Groups;

namespace NearData.Compare;

/// <summary>An answer as rows that compare with DuckDB's.</summary>
internal static class AnswerRows
{
    /// <summary>A row for each group, in the query's order; one of the results where there are no groups.</summary>
    public static string[][] Of(ExecutionAnswer answer, Query query) => answer.Groups.IsEmpty
        ? [[.. answer.Results.Select(result => result.Value.ToString())]]
        : OfGroups(answer.Groups.Single(), query);

    private static string[][] OfGroups(GroupAnswer groups, Query query)
    {
        ImmutableArray<GroupOrderKey> keys =
            [.. query.Order.Select(key => new GroupOrderKey(key.Column, key.IsDescending ? SortDirection.Descending : SortDirection.Ascending))];
        GroupSelection selected = groups.Select(new GroupOrder(groups.Name, keys, query.Limit), CancellationToken.None);
        string[][] columns = [.. groups.Columns.Select((column, index) => Column(column, selected.Copy(index, 0, selected.Count), selected.Count))];
        return [.. Enumerable.Range(0, selected.Count).Select(row => columns.Select(column => column[row]).ToArray())];
    }

    private static string[] Column(GroupColumn column, byte[] bytes, int rows)
    {
        int width = rows == 0 ? 0 : bytes.Length / rows;
        return [.. Enumerable.Range(0, rows).Select(row =>
        {
            ReadOnlySpan<byte> cell = bytes.AsSpan(row * width, width);
            return column.Key is { Type: null } ? Encoding.UTF8.GetString(cell.TrimEnd((byte)0)) : Number(cell);
        })];
    }

    // Numbers of TPC-H that are unsigned are far from their types' ends.
    private static string Number(ReadOnlySpan<byte> bytes) => new System.Numerics.BigInteger(bytes).ToString(CultureInfo.InvariantCulture);
}

using System.Globalization;
using NearData.Client;
using NearData.Contracts.V1;
using Spectre.Console;

namespace NearData.Cli;

/// <summary>The groups of one map. Values are text: sums may have 128 bits.</summary>
internal sealed record GroupReport(string Map, Dictionary<string, string>[] Rows)
{
    public static GroupReport Of(GroupRows groups) => new(
        groups.Map,
        [.. Enumerable.Range(0, groups.Count).Select(row => Enumerable.Range(0, groups.Columns.Count)
            .ToDictionary(column => groups.Columns[column].Name, column => Text(groups, row, column), StringComparer.Ordinal))]);

    public static void Print(IAnsiConsole console, GroupReport report)
    {
        console.WriteLine($"{report.Map}: {report.Rows.Length.ToString("N0", CultureInfo.InvariantCulture)} groups");
        if (report.Rows.Length == 0)
        {
            return;
        }

        string[] names = [.. report.Rows[0].Keys];
        Table table = Output.Table(names);
        foreach (Dictionary<string, string> row in report.Rows)
        {
            table.AddRow([.. names.Select(name => Markup.Escape(row[name]))]);
        }

        console.Write(table);
    }

    private static string Text(GroupRows groups, int row, int column)
    {
        GroupColumn described = groups.Columns[column];
        return described.Text ? groups.Text(row, column)
            : described.Type is { } type ? ColumnText.Value(type, groups.Number(row, column))
            : groups.Number(row, column).ToString(CultureInfo.InvariantCulture);
    }
}

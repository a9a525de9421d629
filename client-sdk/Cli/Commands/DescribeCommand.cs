using System.CommandLine;
using NearData.Contracts.V1;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata describe DATASET</c>: its columns and files.</summary>
internal static class DescribeCommand
{
    public static Command Create()
    {
        NodeTarget target = new();
        Argument<string> dataset = new("dataset") { Description = "As 'neardata datasets' lists it" };
        return target.AddTo(new Command("describe", "Show a dataset's columns, with what its statistics say, and its files") { dataset })
            .Runs(async (parsed, output, cancellation) =>
            {
                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                DescribeDatasetResponse description = await node.Client.DescribeDatasetAsync(parsed.GetRequiredValue(dataset), cancellation);
                output.Show(Describe(description), Print);
                return CliCommand.Succeeded;
            });
    }

    private static Description Describe(DescribeDatasetResponse response) => new(
        response.Summary.Name,
        response.Version,
        response.Summary.Rows,
        response.Summary.RowsAreLimit,
        [.. response.Columns.Select(column => new ColumnRow(
            column.Name, ColumnText.Type(column.Type), column.Nullable, column.HasNullCount ? column.NullCount : null, ColumnText.Range(column)))],
        [.. response.Files.Select(file => new FileRow(file.Name, file.Bytes, file.Rows, file.RowsAreLimit, file.RowGroups))]);

    private static void Print(IAnsiConsole console, Description description)
    {
        console.WriteLine($"{description.Dataset}: {RowText(description.Rows, description.RowsAreLimit)} rows, version {description.Version}");
        Table columns = Output.Table("column", "type", "nulls", "range");
        foreach (ColumnRow column in description.Columns)
        {
            string nulls = !column.Nullable ? "required" : column.Nulls is { } count ? ByteText.Count(count) : "optional";
            columns.AddRow(Markup.Escape(column.Name), column.Type, nulls, column.Range);
        }

        console.Write(columns);
        Table files = Output.Table("file", "size", "rows", "row groups");
        foreach (FileRow file in description.Files)
        {
            files.AddRow(Markup.Escape(file.Name), ByteText.Size(file.Bytes), RowText(file.Rows, file.RowsAreLimit), $"{file.RowGroups}");
        }

        console.Write(files);
    }

    private static string RowText(ulong rows, bool areLimit) => areLimit ? $"at most {ByteText.Count(rows)}" : ByteText.Count(rows);

    private sealed record Description(string Dataset, string Version, ulong Rows, bool RowsAreLimit, ColumnRow[] Columns, FileRow[] Files);

    private sealed record ColumnRow(string Name, string Type, bool Nullable, ulong? Nulls, string Range);

    private sealed record FileRow(string Name, ulong Bytes, ulong Rows, bool RowsAreLimit, uint RowGroups);
}

using System.CommandLine;
using NearData.Contracts.V1;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata datasets</c>: what a node serves.</summary>
internal static class DatasetsCommand
{
    public static Command Create()
    {
        NodeTarget target = new();
        return target.AddTo(new Command("datasets", "List the datasets of a node, or of a local folder"))
            .Runs(async (parsed, output, cancellation) =>
            {
                await using NodeConnection node = await target.ConnectAsync(parsed, cancellation);
                IReadOnlyList<DatasetSummary> datasets = await node.Client.ListDatasetsAsync(cancellation);
                output.Show(datasets.Select(dataset => new { dataset.Name, dataset.Files, dataset.Rows, dataset.Bytes, dataset.Problem }).ToArray(), (console, rows) =>
                {
                    Table table = Output.Table("dataset", "files", "rows", "size", "");
                    foreach (var row in rows)
                    {
                        table.AddRow(Markup.Escape(row.Name), $"{row.Files}", ByteText.Count(row.Rows), ByteText.Size(row.Bytes), Markup.Escape(row.Problem));
                    }

                    console.Write(table);
                });
                return CliCommand.Succeeded;
            });
    }
}

using System.CommandLine;
using NearData.Parquet;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata inspect FILE</c>: how a Parquet file is laid out.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> path = new("file") { Description = "A Parquet file on this machine" };
        return new Command("inspect", "Show a Parquet file's layout: row groups, column chunks, encodings, sizes, statistics") { path }
            .Runs((parsed, output, _) =>
            {
                using ParquetFile file = ParquetFile.Open(parsed.GetRequiredValue(path));
                output.Show(FileLayout.Of(file), Print);
                return Task.FromResult(CliCommand.Succeeded);
            });
    }

    private static void Print(IAnsiConsole console, FileLayout layout)
    {
        console.WriteLine($"{layout.File}: {ByteText.Count(layout.Rows)} rows, {layout.Columns.Length} columns, {layout.RowGroups.Length} row groups, written by {layout.CreatedBy ?? "nobody it names"}");
        Table columns = Output.Table("column", "stored as", "meaning", "per row");
        foreach (FileLayout.Column column in layout.Columns)
        {
            columns.AddRow(Markup.Escape(column.Path), column.StoredAs, Markup.Escape(column.Meaning), column.PerRow);
        }

        console.Write(columns);
        foreach ((FileLayout.Group group, int index) in layout.RowGroups.Select((group, index) => (group, index)))
        {
            console.WriteLine($"row group {index}: {ByteText.Count(group.Rows)} rows, {ByteText.Size(group.Chunks.Sum(chunk => chunk.Bytes))}");
            Table chunks = Output.Table("column", "at", "size", "unpacked", "codec", "encodings", "pages", "nulls", "range", "also");
            foreach (FileLayout.Chunk chunk in group.Chunks)
            {
                chunks.AddRow(
                    Markup.Escape(chunk.Path), $"{chunk.Offset}", ByteText.Size(chunk.Bytes), ByteText.Size(chunk.UnpackedBytes), chunk.Codec, string.Join(' ', chunk.Encodings),
                    chunk.Pages is { } pages ? $"{pages}" : "", chunk.Nulls is { } nulls ? ByteText.Count(nulls) : "", Markup.Escape(chunk.Range), string.Join(", ", chunk.Also));
            }

            console.Write(chunks);
        }
    }
}

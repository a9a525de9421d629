using System.CommandLine;
using NearData.Formats;
using NearData.Parquet;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata inspect FILE</c>: how a file is laid out, or what a text file is taken for.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> path = new("file") { Description = "A Parquet, CSV, TSV or NDJSON file on this machine" };
        return new Command("inspect", "Show a Parquet file's layout: row groups, column chunks, encodings, sizes, statistics; or the columns that a text file has") { path }
            .Runs((parsed, output, _) =>
            {
                string name = parsed.GetRequiredValue(path);
                if (TextFileName.Of(name).Format is not null)
                {
                    output.Show(TextLayout.Of(name), Print);
                    return Task.FromResult(CliCommand.Succeeded);
                }

                using ParquetFile file = ParquetFile.Open(name);
                output.Show(FileLayout.Of(file), Print);
                return Task.FromResult(CliCommand.Succeeded);
            });
    }

    private static void Print(IAnsiConsole console, TextLayout layout)
    {
        string dialect = layout.Delimiter is null ? "" : $", delimiter '{(layout.Delimiter == "\t" ? "tab" : layout.Delimiter)}', {(layout.Header == true ? "with" : "without")} a header";
        console.WriteLine($"{layout.File}: {layout.Format}, compression {layout.Compression}{dialect}, {(layout.SchemaFile is null ? "no schema file" : $"schema file {layout.SchemaFile}")}");
        Table columns = Output.Table("column", "type", "per row");
        foreach (TextLayout.Column column in layout.Columns)
        {
            columns.AddRow(Markup.Escape(column.Name), column.Type, column.Nullable ? "one or null" : "one");
        }

        console.Write(columns);
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

using NearData.Formats;
using NearData.Formats.Schemas;

namespace NearData.Cli;

/// <summary>What a text file's head and its schema file say about it, for people and as JSON.</summary>
/// <param name="File">Its name.</param>
/// <param name="Format">CSV or NDJSON.</param>
/// <param name="Compression">Of the whole file.</param>
/// <param name="Delimiter">Of CSV.</param>
/// <param name="Header">Whether the first record of CSV has the columns' names.</param>
/// <param name="SchemaFile">The one that wins over what the text looks like; null without one.</param>
/// <param name="Columns">Those that programs can read.</param>
internal sealed record TextLayout(
    string File, string Format, string Compression, string? Delimiter, bool? Header, string? SchemaFile, TextLayout.Column[] Columns)
{
    public static TextLayout Of(string path)
    {
        using FileStream file = System.IO.File.OpenRead(path);
        string? schemaPath = SchemaPaths(path).FirstOrDefault(System.IO.File.Exists);
        string? schemaName = schemaPath is null ? null : Path.GetFileName(schemaPath);
        SchemaFile? given = schemaPath is null ? null : NearData.Formats.SchemaFile.Parse(schemaName!, System.IO.File.ReadAllBytes(schemaPath));
        string name = Path.GetFileName(path);
        (byte[] head, TextEnd end) = TextHead.Of(name, file.Length, (offset, count) => Read(file, offset, count));
        SchemaGuess guess = SchemaGuess.Of(name, head, end, given);
        return new TextLayout(
            name,
            guess.Dialect is null ? "NDJSON" : "CSV",
            $"{TextFileName.Of(name).Compression}",
            guess.Dialect is { } dialect ? ((char)dialect.Delimiter).ToString() : null,
            guess.Dialect is null ? null : guess.Dialect.Header == CsvHeader.Names,
            schemaName,
            [.. SchemaGuess.Unify([guess]).Select(column => new Column(column.Name, column.Type.ToString(), column.Nullability == Nullability.Nullable))]);
    }

    /// <summary>Where a schema file may be: beside a file that is a dataset, or beside the folder that is one.</summary>
    private static IEnumerable<string> SchemaPaths(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        yield return Path.Combine(folder, TextFileName.Of(path).Stem + NearData.Formats.SchemaFile.Suffix);
        yield return folder + NearData.Formats.SchemaFile.Suffix;
    }

    private static byte[] Read(FileStream file, long offset, int count)
    {
        byte[] bytes = new byte[Math.Min(count, Math.Max(file.Length - offset, 0))];
        file.Position = offset;
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <param name="Name">The path.</param>
    /// <param name="Type">As it is read.</param>
    /// <param name="Nullable">Whether there are nulls in the head, or the schema file says so.</param>
    public sealed record Column(string Name, string Type, bool Nullable);
}

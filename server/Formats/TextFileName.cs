using System.Collections.Immutable;

namespace NearData.Formats;

/// <summary>What kind of text a file holds.</summary>
public enum TextFormat
{
    Csv,
    Ndjson,
}

/// <summary>How a file is compressed as a whole.</summary>
public enum TextCompression
{
    None,
    Gzip,
    Zstd,
}

/// <summary>What a file's name says about it.</summary>
/// <param name="Stem">The name without what it says: the dataset's, where the file is one.</param>
/// <param name="Format">Null where it is no text that is read.</param>
/// <param name="Compression">By its last extension.</param>
/// <param name="Delimiter">Where the name says it; 0 where it is found out.</param>
public readonly record struct TextFileName(string Stem, TextFormat? Format, TextCompression Compression, byte Delimiter)
{
    private static readonly (string Extension, TextFormat Format, byte Delimiter)[] Formats =
    [
        (".csv", TextFormat.Csv, 0),
        (".tsv", TextFormat.Csv, (byte)'\t'),
        (".ndjson", TextFormat.Ndjson, 0),
        (".jsonl", TextFormat.Ndjson, 0),
    ];

    private static readonly (string Extension, TextCompression Compression)[] Compressions =
        [(".gz", TextCompression.Gzip), (".zst", TextCompression.Zstd)];

    /// <summary>How names of files that are read end, each from its first dot on.</summary>
    public static ImmutableArray<string> Extensions { get; } =
        [.. Formats.SelectMany(format => Compressions.Select(known => format.Extension + known.Extension).Prepend(format.Extension))];

    /// <summary>Reads a name, such as <c>lineitem.csv.zst</c>.</summary>
    public static TextFileName Of(string file)
    {
        string stem = Path.GetFileName(file);
        TextCompression compression = Compressions.FirstOrDefault(known => stem.EndsWith(known.Extension, StringComparison.Ordinal)).Compression;
        string inner = compression == TextCompression.None ? stem : Path.GetFileNameWithoutExtension(stem);
        foreach ((string extension, TextFormat format, byte delimiter) in Formats)
        {
            if (inner.EndsWith(extension, StringComparison.Ordinal) && inner.Length > extension.Length)
            {
                return new TextFileName(inner[..^extension.Length], format, compression, delimiter);
            }
        }

        return new TextFileName(stem, null, TextCompression.None, 0);
    }
}

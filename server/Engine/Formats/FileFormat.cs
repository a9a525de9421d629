using System.Collections.Immutable;
using NearData.Engine.Formats.Parquet;
using NearData.Engine.Formats.Records;
using NearData.Engine.Formats.Text;

namespace NearData.Engine.Formats;

/// <summary>A kind of file that datasets are made of. Immutable, thread-safe.</summary>
internal abstract class FileFormat
{
    /// <summary>All that are known. No two take the same name.</summary>
    private static readonly ImmutableArray<FileFormat> Known = [new ParquetFormat(), new RecordFormat(), new TextFileFormat()];

    /// <summary>How names of such files end, each from its dot on.</summary>
    public abstract ImmutableArray<string> Extensions { get; }

    /// <summary>What the name of a file that says what such files hold has behind the dataset's; null where files say it themselves.</summary>
    public virtual string? SchemaSuffix => null;

    /// <summary>The format of a file, by its name; null where none takes it.</summary>
    public static FileFormat? Of(string fileName) => Find(fileName)?.Format;

    /// <summary>A file's name without what names its format; null where none takes it.</summary>
    public static string? NameWithout(string fileName) => Find(fileName) is { } found ? fileName[..^found.Extension.Length] : null;

    /// <summary>All names that a file of a dataset may have at the root.</summary>
    public static IEnumerable<string> NamesOf(string dataset) => Known.SelectMany(format => format.Extensions).Select(extension => dataset + extension);

    /// <summary>Finds out what there is in a file, by reading as little as that takes.</summary>
    /// <exception cref="FileFormatException">It isn't of this format.</exception>
    public abstract FileContent Read(FileBytes file);

    private static (FileFormat Format, string Extension)? Find(string fileName)
    {
        foreach (FileFormat format in Known)
        {
            foreach (string extension in format.Extensions)
            {
                if (fileName.Length > extension.Length && fileName.EndsWith(extension, StringComparison.Ordinal))
                {
                    return (format, extension);
                }
            }
        }

        return null;
    }
}

using System.Collections.Immutable;

namespace NearData.Engine.Datasets;

/// <summary>What the name of a folder says of all rows in it, as Hive writes it: <c>key=value</c>.</summary>
/// <param name="Key">The column's name.</param>
/// <param name="Text">Its value, whatever type it will have; null for Hive's name of a null.</param>
internal readonly record struct PartitionValue(string Key, string? Text)
{
    /// <summary>Hive's name of a null (hive.exec.default.partition.name).</summary>
    private const string Null = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>What a folder's name says; null where it is no <c>key=value</c>.</summary>
    public static PartitionValue? Parse(string folder)
    {
        int equals = folder.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            return null;
        }

        // What a file system can't have in a name is written as %XX of its UTF-8.
        string text = Uri.UnescapeDataString(folder[(equals + 1)..]);
        return new PartitionValue(Uri.UnescapeDataString(folder[..equals]), string.Equals(text, Null, StringComparison.Ordinal) ? null : text);
    }
}

/// <summary>A file of a dataset, as it was found.</summary>
/// <param name="Name">Relative to the dataset's folder.</param>
/// <param name="Path">Where to open it.</param>
/// <param name="Partition">What the folders that it lies in say, from the outermost.</param>
internal readonly record struct FoundFile(string Name, string Path, ImmutableArray<PartitionValue> Partition);

using System.Collections.Immutable;
using NearData.Engine.Formats;

namespace NearData.Engine.Datasets;

/// <summary>
/// The files of a dataset's folder: those that lie in it, and in folders named <c>key=value</c>, to any depth. Hidden names are passed over:
/// writers put what is unfinished there.
/// </summary>
/// <param name="root">Where the folder lies; links that lead out of it are refused.</param>
/// <param name="dataset">For messages.</param>
internal sealed class DatasetFolder(ServedRoot root, string dataset)
{
    /// <summary>The folders under the root that are datasets', or may be: one that can't be looked into says why when it is opened.</summary>
    public static IEnumerable<string> Under(ServedRoot root) => FoldersOf(root, root.FullPath).Where(folder => MayBeOne(root, folder));

    /// <summary>The files of a known format right in a folder, by name.</summary>
    public static IEnumerable<string> FilesOf(ServedRoot root, string folder) =>
        root.FilesIn(folder).Where(path => IsVisible(path) && FileFormat.Of(Path.GetFileName(path)) is not null).Order(StringComparer.Ordinal);

    /// <summary>All files, in order of their folders.</summary>
    /// <exception cref="PathRefusedException">A link leads out of the root.</exception>
    /// <exception cref="DatasetSchemaException">A folder says nothing of its rows, or files lie in folders of different keys.</exception>
    public ImmutableArray<FoundFile> Files(string folder)
    {
        // Beside files alone, other folders mean nothing; among partitions, they might be data that is missed.
        bool isPartitioned = FoldersOf(root, folder).Any(IsPartition);
        ImmutableArray<FoundFile> files = [.. isPartitioned ? Walk(folder, "", []) : FilesIn(folder, "", [])];
        foreach (FoundFile file in files.Skip(1))
        {
            CheckKeys(files[0], file);
        }

        return files;
    }

    private static bool MayBeOne(ServedRoot root, string folder)
    {
        try
        {
            return FilesOf(root, folder).Any() || FoldersOf(root, folder).Any(IsPartition);
        }
        catch (ServedFileException failure)
        {
            return !failure.IsMissing; // Listed, with the error that opening it gives, if it wasn't removed meanwhile.
        }
    }

    private IEnumerable<FoundFile> FilesIn(string folder, string name, ImmutableArray<PartitionValue> partition) =>
        FilesOf(root, folder).Select(path => new FoundFile(name + Path.GetFileName(path), path, partition));

    private IEnumerable<FoundFile> Walk(string folder, string name, ImmutableArray<PartitionValue> partition)
    {
        foreach (FoundFile file in FilesIn(folder, name, partition))
        {
            yield return file;
        }

        foreach (string inner in FoldersOf(root, folder).Order(StringComparer.Ordinal))
        {
            string innerName = name + Path.GetFileName(inner);
            root.CheckFolder(inner);
            foreach (FoundFile file in Walk(inner, innerName + "/", [.. partition, ValueOf(inner, innerName, partition)]))
            {
                yield return file;
            }
        }
    }

    private PartitionValue ValueOf(string folder, string name, ImmutableArray<PartitionValue> outer)
    {
        PartitionValue value = PartitionValue.Parse(Path.GetFileName(folder))
            ?? throw new DatasetSchemaException(dataset, name, "is no partition: its name isn't key=value, as those of others are");

        // That ends a circle of links, too.
        return outer.Any(other => string.Equals(other.Key, value.Key, StringComparison.Ordinal))
            ? throw new DatasetSchemaException(dataset, name, $"gives '{value.Key}' twice")
            : value;
    }

    private void CheckKeys(FoundFile first, FoundFile file)
    {
        IEnumerable<string> expected = first.Partition.Select(value => value.Key);
        if (!file.Partition.Select(value => value.Key).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal), StringComparer.Ordinal))
        {
            throw new DatasetSchemaException(dataset, file.Name, $"lies in partitions of {KeysOf(file)}, and {first.Name} of {KeysOf(first)}");
        }
    }

    private static string KeysOf(FoundFile file) => file.Partition.IsEmpty ? "nothing" : string.Join(", ", file.Partition.Select(value => value.Key));

    private static IEnumerable<string> FoldersOf(ServedRoot root, string folder) => root.FoldersIn(folder).Where(IsVisible);

    private static bool IsPartition(string folder) => PartitionValue.Parse(Path.GetFileName(folder)) is not null;

    private static bool IsVisible(string path) => Path.GetFileName(path)[0] is not ('.' or '_');
}

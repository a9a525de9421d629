using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NearData.Engine.Formats;
using NearData.Storage;

namespace NearData.Engine.Datasets;

/// <summary>
/// The datasets under a served root: every folder that holds files of a known format, and every such file at the root itself.
/// What a file says of itself is read once per version of it. Thread-safe.
/// </summary>
public sealed class Catalog(ServedRoot root)
{
    private readonly ConcurrentDictionary<string, Dataset> _known = new(StringComparer.Ordinal);

    public ServedRoot Root { get; } = root;

    /// <summary>The names of all datasets, sorted.</summary>
    public ImmutableArray<string> List() =>
    [
        .. Directory.EnumerateDirectories(Root.FullPath).Where(folder => FilesOf(folder).Any()).Select(Path.GetFileName)
            .Concat(FilesOf(Root.FullPath).Select(path => FileFormat.NameWithout(Path.GetFileName(path))))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The dataset as it is now.</summary>
    /// <exception cref="PathRefusedException">The name, or a link, leads out of the root.</exception>
    /// <exception cref="DatasetNotFoundException">There is none.</exception>
    /// <exception cref="DatasetSchemaException">Its files don't have the same columns, or several files have its name.</exception>
    /// <exception cref="FileFormatException">A file is none of its format.</exception>
    /// <exception cref="NearData.Parquet.ParquetException">A footer is broken.</exception>
    public Dataset Open(string name)
    {
        ServedRoot.CheckName(name);
        string folder = Path.Combine(Root.FullPath, name);
        string[] paths = Directory.Exists(folder) ? [.. FilesOf(folder)] : [];
        if (paths.Length == 0)
        {
            paths = [.. FileFormat.NamesOf(folder).Where(File.Exists)];
            if (paths.Length > 1)
            {
                throw new DatasetSchemaException(name, Path.GetFileName(paths[1]), $"has the dataset's name, as {Path.GetFileName(paths[0])} does");
            }
        }

        if (paths.Length == 0)
        {
            _known.TryRemove(name, out _);
            throw new DatasetNotFoundException(name);
        }

        _known.TryGetValue(name, out Dataset? known);
        ImmutableArray<DatasetFile> files = [.. paths.Select(path => ReadFile(path, known))];
        string version = VersionOf(files);
        if (known?.Version == version)
        {
            return known;
        }

        return _known[name] = new Dataset(name, version, DatasetColumns.Unify(name, files), files);
    }

    /// <summary>Opens a file of a dataset, and makes sure that it is still the one that was described.</summary>
    /// <exception cref="DatasetChangedException">It isn't.</exception>
    public SafeFileHandle OpenFile(Dataset dataset, DatasetFile file)
    {
        try
        {
            SafeFileHandle handle = Open(file.Name, file.Path);
            if (FileVersion.Of(handle) == file.Stamp)
            {
                return handle;
            }

            handle.Dispose();
            throw new DatasetChangedException(dataset.Name, $"{file.Name} was replaced");
        }
        catch (FileNotFoundException)
        {
            throw new DatasetChangedException(dataset.Name, $"{file.Name} was removed");
        }
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder).Where(path => IsVisible(path) && FileFormat.Of(Path.GetFileName(path)) is not null).Order(StringComparer.Ordinal);

    /// <summary>Writers put unfinished files under hidden names.</summary>
    private static bool IsVisible(string path) => Path.GetFileName(path)[0] is not ('.' or '_');

    private DatasetFile ReadFile(string path, Dataset? known)
    {
        string name = Path.GetFileName(path);
        using SafeFileHandle file = Open(name, path);
        FileVersion stamp = FileVersion.Of(file);
        DatasetFile? before = known?.Files.FirstOrDefault(candidate => string.Equals(candidate.Name, name, StringComparison.Ordinal));
        return before is not null && before.Stamp == stamp
            ? before
            : new DatasetFile(name, path, stamp, FileFormat.Of(name)!.Read(new FileBytes(name, file, stamp.Length)));
    }

    // Pipes and devices have no length; opening one could wait for ever, or do something.
    private SafeFileHandle Open(string name, string path) => new FileInfo(ServedRoot.RealPath(path)) is { Exists: true, Length: 0 }
        ? throw new FileFormatException(name, 0, "The file is empty, or no file but a pipe or a device.")
        : Root.Open(path);

    private static string VersionOf(ImmutableArray<DatasetFile> files)
    {
        StringBuilder text = new();
        foreach (DatasetFile file in files)
        {
            text.Append(file.Name).Append('\0').Append(file.Stamp).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}

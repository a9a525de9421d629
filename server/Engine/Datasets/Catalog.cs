using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NearData.Parquet;
using NearData.Storage;

namespace NearData.Engine.Datasets;

/// <summary>
/// The datasets under a served root: every folder that holds <c>*.parquet</c> files, and every such file at the root itself.
/// Footers are read once per version of a file. Thread-safe.
/// </summary>
public sealed class Catalog(ServedRoot root)
{
    private const string Extension = ".parquet";

    private readonly ConcurrentDictionary<string, Dataset> _known = new(StringComparer.Ordinal);

    public ServedRoot Root { get; } = root;

    /// <summary>The names of all datasets, sorted.</summary>
    public ImmutableArray<string> List() =>
    [
        .. Directory.EnumerateDirectories(Root.FullPath).Where(folder => FilesOf(folder).Any()).Select(Path.GetFileName)
            .Concat(FilesOf(Root.FullPath).Select(Path.GetFileNameWithoutExtension))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The dataset as it is now.</summary>
    /// <exception cref="PathRefusedException">The name, or a link, leads out of the root.</exception>
    /// <exception cref="DatasetNotFoundException">There is none.</exception>
    /// <exception cref="DatasetSchemaException">Its files don't have the same columns.</exception>
    /// <exception cref="ParquetFormatException">A file's footer is broken.</exception>
    public Dataset Open(string name)
    {
        ServedRoot.CheckName(name);
        string folder = Path.Combine(Root.FullPath, name);
        string[] paths = Directory.Exists(folder) ? [.. FilesOf(folder)] : [];
        if (paths.Length == 0 && File.Exists(folder + Extension))
        {
            paths = [folder + Extension];
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

    /// <summary>Opens a file of a dataset, and makes sure that it is still the one whose footer was read.</summary>
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
        Directory.EnumerateFiles(folder, "*" + Extension).Where(IsVisible).Order(StringComparer.Ordinal);

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
            : new DatasetFile(name, path, stamp, ReadFooter(name, file, stamp.Length));
    }

    // Pipes and devices have no length; opening one could wait for ever, or do something.
    private SafeFileHandle Open(string name, string path) => new FileInfo(ServedRoot.RealPath(path)) is { Exists: true, Length: 0 }
        ? throw new ParquetFormatException(name, 0, "The file is empty, or no file but a pipe or a device.")
        : Root.Open(path);

    private static ParquetMetadata ReadFooter(string name, SafeFileHandle file, long length)
    {
        byte[] trailer = ReadTail(name, file, length, ParquetMetadata.TrailerLength, 0);
        int footer = ParquetMetadata.FooterLength(name, length, trailer);
        return ParquetMetadata.Parse(name, length, ReadTail(name, file, length, footer, ParquetMetadata.TrailerLength));
    }

    private static byte[] ReadTail(string name, SafeFileHandle file, long length, int count, int before)
    {
        byte[] bytes = new byte[Math.Min(count, Math.Max(length - before, 0))];
        long offset = length - before - bytes.Length;
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0)
            {
                throw new ParquetFormatException(name, offset + done, "The file ended while its footer was read.");
            }

            done += read;
        }

        return bytes;
    }

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

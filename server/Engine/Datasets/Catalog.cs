using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NearData.Engine.Formats;
using NearData.Engine.Formats.Parquet;
using NearData.Engine.Formats.Text;
using NearData.Storage;

namespace NearData.Engine.Datasets;

/// <summary>
/// The datasets under a served root: every folder that holds files of a known format (<see cref="DatasetFolder"/>), and every such file at the root itself.
/// What a file says of itself is read once per version of it. Thread-safe.
/// </summary>
public sealed class Catalog(ServedRoot root)
{
    private readonly ConcurrentDictionary<string, Dataset> _known = new(StringComparer.Ordinal);

    public ServedRoot Root { get; } = root;

    /// <summary>What files say of pages, as far as it was asked for lately.</summary>
    internal PageIndexCache PageIndexes { get; } = new();

    /// <summary>The names of all datasets, sorted; those that can't be read among them.</summary>
    public ImmutableArray<string> List() =>
    [
        .. DatasetFolder.Under(Root).Select(Path.GetFileName)
            .Concat(DatasetFolder.FilesOf(Root, Root.FullPath).Select(path => FileFormat.NameWithout(Path.GetFileName(path))))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The dataset as it is now.</summary>
    /// <exception cref="PathRefusedException">The name, or a link, leads out of the root.</exception>
    /// <exception cref="DatasetNotFoundException">There is none.</exception>
    /// <exception cref="DatasetSchemaException">Its files don't have the same columns or partitions, or several files have its name.</exception>
    /// <exception cref="FileFormatException">A file is none of its format.</exception>
    /// <exception cref="NearData.Parquet.ParquetException">A footer is broken.</exception>
    /// <exception cref="NearData.Formats.TextFormatException">A text file or its schema file is broken.</exception>
    /// <exception cref="ServedFileException">The node's user may not read a file or folder, or it is gone.</exception>
    public Dataset Open(string name)
    {
        ServedRoot.CheckName(name);
        ImmutableArray<FoundFile> found = Find(name);
        if (found.IsEmpty)
        {
            _known.TryRemove(name, out _);
            throw new DatasetNotFoundException(name);
        }

        _known.TryGetValue(name, out Dataset? known);
        Dictionary<FileFormat, SchemaBytes?> schemas = found.Select(file => FileFormat.Of(file.Name)!).Distinct()
            .ToDictionary(format => format, format => SchemaBytes.Find(Root, name, format));
        string schemaVersions = string.Concat(schemas.Values.OfType<SchemaBytes>().Select(schema => $"{schema.Name}\0{schema.Stamp}\0"));
        Dictionary<string, DatasetFile> before = string.Equals(known?.Schemas, schemaVersions, StringComparison.Ordinal)
            ? known!.Files.ToDictionary(file => file.Name, StringComparer.Ordinal)
            : [];
        ImmutableArray<DatasetFile> files = [.. found.Select(file => ReadFile(file, before.GetValueOrDefault(file.Name), schemas[FileFormat.Of(file.Name)!]))];
        if (known is not null && before.Count > 0 && files.SequenceEqual(known.Files, static (file, other) => ReferenceEquals(file, other)))
        {
            return known;
        }

        string version = VersionOf(schemaVersions, files);
        (files, ImmutableArray<DatasetColumn> partitions) = PartitionColumns.Resolve(TextContent.Unify(files), [.. found.Select(file => file.Partition)]);
        return _known[name] = new Dataset(name, version, DatasetColumns.Unify(name, files, partitions), files) { Schemas = schemaVersions };
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
        catch (ServedFileException failure) when (failure.IsMissing)
        {
            throw new DatasetChangedException(dataset.Name, $"{file.Name} was removed");
        }
    }

    private ImmutableArray<FoundFile> Find(string name)
    {
        string folder = Path.Combine(Root.FullPath, name);
        ImmutableArray<FoundFile> files = Directory.Exists(folder) ? new DatasetFolder(Root, name).Files(folder) : [];
        if (files.IsEmpty)
        {
            files = [.. FileFormat.NamesOf(folder).Where(File.Exists).Select(path => new FoundFile(Path.GetFileName(path), path, []))];
            if (files.Length > 1)
            {
                throw new DatasetSchemaException(name, files[1].Name, $"has the dataset's name, as {files[0].Name} does");
            }
        }

        return files;
    }

    private DatasetFile ReadFile(FoundFile found, DatasetFile? before, SchemaBytes? schema)
    {
        using SafeFileHandle file = Open(found.Name, found.Path);
        FileVersion stamp = FileVersion.Of(file);
        return before is not null && before.Stamp == stamp
            ? before
            : new DatasetFile(found.Name, found.Path, stamp, FileFormat.Of(found.Name)!.Read(new FileBytes(found.Name, file, stamp.Length, schema)));
    }

    // Pipes and devices have no length; opening one could wait for ever, or do something.
    private SafeFileHandle Open(string name, string path) => Root.IsEmpty(path)
        ? throw new FileFormatException(name, 0, "The file is empty, or no file but a pipe or a device.")
        : Root.Open(path);

    private static string VersionOf(string schemas, ImmutableArray<DatasetFile> files)
    {
        StringBuilder text = new(schemas);
        foreach (DatasetFile file in files)
        {
            text.Append(file.Name).Append('\0').Append(file.Stamp).Append('\0');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}

using Microsoft.Win32.SafeHandles;
using NearData.Engine.Datasets;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>A file beside a dataset that says what its files hold: at the root, with the dataset's name and what the format adds to it.</summary>
/// <param name="Name">The file's, for messages.</param>
/// <param name="Stamp">Its version.</param>
/// <param name="Bytes">All of it.</param>
internal sealed record SchemaBytes(string Name, FileVersion Stamp, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The longest that is read, in bytes.</summary>
    private const int MostBytes = 4 << 20;

    /// <summary>The schema of a dataset's files of a format; null where there is none.</summary>
    /// <exception cref="FileFormatException">It is too long.</exception>
    /// <exception cref="PathRefusedException">It lies outside of the root, through a link.</exception>
    public static SchemaBytes? Find(ServedRoot root, string dataset, FileFormat format)
    {
        if (format.SchemaSuffix is not { } suffix || !File.Exists(Path.Combine(root.FullPath, dataset + suffix)))
        {
            return null;
        }

        string name = dataset + suffix;
        using SafeFileHandle file = root.Open(Path.Combine(root.FullPath, name));
        FileVersion stamp = FileVersion.Of(file);
        return stamp.Length <= MostBytes
            ? new SchemaBytes(name, stamp, new FileBytes(name, file, stamp.Length).Read(0, MostBytes))
            : throw new FileFormatException(name, 0, $"The schema has {stamp.Length} bytes; at most {MostBytes} are read.");
    }
}

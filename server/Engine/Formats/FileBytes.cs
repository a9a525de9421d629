using Microsoft.Win32.SafeHandles;
using NearData.Storage;

namespace NearData.Engine.Formats;

/// <summary>An open file of which a format reads a little, to know its content.</summary>
/// <param name="name">For messages.</param>
/// <param name="handle">Not owned.</param>
/// <param name="length">Bytes.</param>
/// <param name="schema">What a file beside the dataset says of it; null where there is none.</param>
internal sealed class FileBytes(string name, SafeFileHandle handle, long length, SchemaBytes? schema = null)
{
    public string Name => name;

    public long Length => length;

    public SchemaBytes? Schema => schema;

    /// <summary>Bytes from an offset on; fewer where the file is shorter.</summary>
    /// <exception cref="StorageException">The file has become shorter meanwhile, or its medium fails.</exception>
    public byte[] Read(long offset, int count)
    {
        byte[] bytes = new byte[Math.Min(count, Math.Max(length - offset, 0))];
        for (int done = 0; done < bytes.Length;)
        {
            int read = Read(offset + done, bytes.AsSpan(done));
            done += read > 0 ? read : throw new StorageException(name, offset + done, "The file ended while it was looked at.", isTransient: false);
        }

        return bytes;
    }

    private int Read(long offset, Span<byte> bytes)
    {
        try
        {
            return RandomAccess.Read(handle, bytes, offset);
        }
        catch (IOException error)
        {
            throw new StorageException(name, offset, $"{IoReason.Of(error)}.", isTransient: true, error);
        }
    }
}

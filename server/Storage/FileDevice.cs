using Microsoft.Win32.SafeHandles;

namespace NearData.Storage;

/// <summary>
/// A device over an open file. It owns the handle, so a file that is replaced by another of the same name goes on giving its old bytes
/// here.
/// </summary>
public sealed class FileDevice : IBlockingDevice
{
    private readonly SafeFileHandle _file;

    /// <param name="name">For messages.</param>
    /// <param name="file">Open for reading; disposed with the device.</param>
    /// <param name="geometry">What the file's own flags ask of reads.</param>
    public FileDevice(string name, SafeFileHandle file, DeviceGeometry geometry)
    {
        Name = name;
        _file = file;
        Length = RandomAccess.GetLength(file);
        Geometry = geometry;
    }

    public string Name { get; }

    public long Length { get; }

    public DeviceGeometry Geometry { get; }

    /// <summary>For system calls, while the device isn't disposed.</summary>
    internal int Descriptor => (int)_file.DangerousGetHandle();

    public void Dispose() => _file.Dispose();

    public StorageException? Read(long offset, Span<byte> buffer)
    {
        try
        {
            int done = 0;
            while (done < buffer.Length && !IsTail(offset + done))
            {
                int count = RandomAccess.Read(_file, buffer[done..], offset + done);
                if (count == 0)
                {
                    return Ended(offset, buffer.Length, done);
                }

                done += count;
            }

            return null;
        }
        catch (IOException error)
        {
            // EIO and its like: the medium may answer the next time.
            return new StorageException(Name, offset, $"{IoReason.Of(error)}.", isTransient: true, error);
        }
    }

    /// <summary>Whether a position lies behind the end, where only reads of whole blocks may reach.</summary>
    internal bool IsTail(long position) => Geometry.Alignment > 1 && position >= Length;

    /// <summary>What is wrong when the kernel gives no more bytes.</summary>
    internal StorageException Ended(long offset, int length, int done) =>
        new(Name, offset + done, $"The file ended {length - done} bytes before the read of {length} did.", isTransient: false);
}

using Microsoft.Win32.SafeHandles;

namespace NearData.Storage;

/// <summary>
/// A device over an open file, read with <c>pread</c> by the submitting thread. It owns the handle, so a file that is replaced
/// by another of the same name goes on giving its old bytes here.
/// </summary>
public sealed class FileDevice : IDevice
{
    private readonly SafeFileHandle _file;

    /// <param name="name">For messages.</param>
    /// <param name="file">Open for reading; disposed with the device.</param>
    /// <param name="alignment">What the file's own flags ask of reads, in bytes.</param>
    public FileDevice(string name, SafeFileHandle file, int alignment = 1)
    {
        Name = name;
        _file = file;
        Length = RandomAccess.GetLength(file);
        Geometry = DeviceGeometry.Free with { Alignment = alignment, MaximumTransfer = int.MaxValue & -alignment };
    }

    public string Name { get; }

    public long Length { get; }

    public DeviceGeometry Geometry { get; }

    public IQueuePair OpenQueuePair(int depth) => new ImmediateQueuePair(depth, Read);

    public void Dispose() => _file.Dispose();

    /// <summary>Whether a position lies behind the end, where only reads of whole blocks may reach.</summary>
    internal bool IsTail(long position) => Geometry.Alignment > 1 && position >= Length;

    /// <summary>What is wrong when the kernel gives no more bytes.</summary>
    internal StorageException Ended(long offset, int length, int done) =>
        new(Name, offset + done, $"The file ended {length - done} bytes before the read of {length} did.", isTransient: false);

    private StorageException? Read(long offset, Span<byte> buffer)
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
            return new StorageException(Name, offset, error.Message, isTransient: true, error);
        }
    }
}

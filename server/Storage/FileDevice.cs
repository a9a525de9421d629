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
    public FileDevice(string name, SafeFileHandle file)
    {
        Name = name;
        _file = file;
        Length = RandomAccess.GetLength(file);
    }

    public string Name { get; }

    public long Length { get; }

    public IQueuePair OpenQueuePair(int depth) => new ImmediateQueuePair(depth, Read);

    public void Dispose() => _file.Dispose();

    private StorageException? Read(long offset, Span<byte> buffer)
    {
        try
        {
            int done = 0;
            while (done < buffer.Length)
            {
                int count = RandomAccess.Read(_file, buffer[done..], offset + done);
                if (count == 0)
                {
                    return new StorageException(
                        Name, offset + done, $"The file ended {buffer.Length - done} bytes before the read of {buffer.Length} did.", isTransient: false);
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

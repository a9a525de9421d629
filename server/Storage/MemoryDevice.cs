namespace NearData.Storage;

/// <summary>A device over bytes in memory.</summary>
public sealed class MemoryDevice(string name, ReadOnlyMemory<byte> content) : IDevice
{
    public string Name { get; } = name;

    public long Length => content.Length;

    public DeviceGeometry Geometry => DeviceGeometry.Free;

    public IQueuePair OpenQueuePair(int depth) => new ImmediateQueuePair(depth, Read);

    public void Dispose()
    {
    }

    private StorageException? Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > content.Length - buffer.Length)
        {
            return new StorageException(Name, offset, $"A read of {buffer.Length} bytes lies outside the device's {content.Length}.", isTransient: false);
        }

        content.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
        return null;
    }
}

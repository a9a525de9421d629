namespace NearData.Storage;

/// <summary>A device over bytes in memory.</summary>
/// <param name="name">For messages.</param>
/// <param name="content">The bytes.</param>
/// <param name="source">What they came from; disposed with the device.</param>
public sealed class MemoryDevice(string name, ReadOnlyMemory<byte> content, IDisposable? source = null) : IBlockingDevice
{
    public string Name { get; } = name;

    public long Length => content.Length;

    public DeviceGeometry Geometry => DeviceGeometry.Free;

    public void Dispose() => source?.Dispose();

    public StorageException? Read(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > content.Length - buffer.Length)
        {
            return new StorageException(Name, offset, $"A read of {buffer.Length} bytes lies outside the device's {content.Length}.", isTransient: false);
        }

        content.Span.Slice((int)offset, buffer.Length).CopyTo(buffer);
        return null;
    }
}

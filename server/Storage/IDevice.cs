namespace NearData.Storage;

/// <summary>Bytes that can be read through the queue pairs of its kind: a file, or a namespace of a drive. Thread-safe.</summary>
public interface IDevice : IDisposable
{
    /// <summary>For messages: a path, or an address.</summary>
    string Name { get; }

    /// <summary>Bytes, when the device was opened.</summary>
    long Length { get; }

    /// <summary>What shape its reads have.</summary>
    DeviceGeometry Geometry { get; }
}

/// <summary>A device that the calling thread reads itself.</summary>
internal interface IBlockingDevice : IDevice
{
    /// <summary>Fills a buffer from an offset; null, or why it could not.</summary>
    StorageException? Read(long offset, Span<byte> buffer);
}

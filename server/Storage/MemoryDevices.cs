using Microsoft.Win32.SafeHandles;

namespace NearData.Storage;

/// <summary>Files that are taken into memory when they are opened: what a device without any latency gives.</summary>
public sealed class MemoryDevices : IFileDevices
{
    /// <exception cref="IOException">The file can't be read, or ends early.</exception>
    public IDevice Open(string name, SafeFileHandle file)
    {
        byte[] content = new byte[RandomAccess.GetLength(file)];
        FileDevice whole = new(name, file, DeviceGeometry.Free);
        return whole.Read(0, content) is { } error ? throw error : new MemoryDevice(name, content, whole);
    }

    public IQueuePair OpenQueuePair(int depth) => new ImmediateQueuePair(depth);
}

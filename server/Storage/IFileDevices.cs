using Microsoft.Win32.SafeHandles;

namespace NearData.Storage;

/// <summary>One kind of device: how files are opened as such, and the queue pairs that read all of them. Thread-safe.</summary>
public interface IFileDevices
{
    /// <summary>A device over the file, which it owns from then on.</summary>
    IDevice Open(string name, SafeFileHandle file);

    /// <summary>Opens a submission and completion queue for one thread.</summary>
    /// <param name="depth">The most reads in flight, at least 1.</param>
    IQueuePair OpenQueuePair(int depth);
}

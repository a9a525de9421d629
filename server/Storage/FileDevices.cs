using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using NearData.Storage.Uring;

namespace NearData.Storage;

/// <summary>Makes the device that an open file is read through. Thread-safe.</summary>
public interface IFileDevices
{
    /// <summary>A device over the file, which it owns from then on.</summary>
    IDevice Open(string name, SafeFileHandle file);
}

/// <summary>io_uring where the kernel has it, else <c>pread</c>.</summary>
/// <param name="reading">Through the page cache, or past it.</param>
/// <param name="report">Told once of each way of reading that was chosen, and of each that was not to be had.</param>
public sealed class FileDevices(FileReading reading, Action<string> report) : IFileDevices
{
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    public IDevice Open(string name, SafeFileHandle file) => new UringDevice(name, file, reading, Report);

    private void Report(string choice)
    {
        if (_reported.TryAdd(choice, true))
        {
            report(choice);
        }
    }
}

using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NearData.Storage.Uring;

namespace NearData.Storage;

/// <summary>
/// Files read through io_uring, one ring per queue pair, where the kernel has it, else with <c>pread</c>. Each capability that is missing is
/// done without on its own.
/// </summary>
/// <param name="reading">Through the page cache, or past it.</param>
/// <param name="report">Told once of each way of reading that was chosen, and of each that was not to be had.</param>
public sealed class FileDevices(FileReading reading, Action<string> report) : IFileDevices
{
    /// <summary>
    /// Longer reads are cut, so that a single chunk keeps a device with several channels busy; from this size on a read's own cost
    /// doesn't count.
    /// </summary>
    private const int MaximumTransfer = 1 << 20;

    /// <summary>What direct reads are aligned to where the kernel (before 6.1) doesn't say: no disk's logical block is longer.</summary>
    private const int UsualAlignment = 4096;

    /// <summary>O_DIRECT (asm-generic/fcntl.h), which 64-bit ARM has elsewhere.</summary>
    private static readonly int DirectFlag = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);

    public IDevice Open(string name, SafeFileHandle file)
    {
        int alignment = reading == FileReading.Direct ? DirectAlignment(file) : 1;
        return new FileDevice(name, file, new DeviceGeometry(alignment, MaximumTransfer));
    }

    public IQueuePair OpenQueuePair(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        if (UringQueuePair.TryOpen(depth, reading, Report, out int error) is { } queue)
        {
            return queue;
        }

        Report($"io_uring is not to be had: {Errno.Describe(error)}; files are read with pread");
        return new ImmediateQueuePair(depth);
    }

    /// <summary>Makes reads of a file go past the page cache; gives what they must be aligned to, or 1 when the file system can't.</summary>
    private int DirectAlignment(SafeFileHandle file)
    {
        int alignment = (int)FileStatus.Of(file).DirectAlignment;
        if (alignment > BufferPool.Alignment || !UringCalls.TryAddFlag((int)file.DangerousGetHandle(), DirectFlag))
        {
            Report("the file system has no direct reads; the page cache is used");
            return 1;
        }

        return alignment == 0 ? UsualAlignment : alignment;
    }

    private void Report(string choice)
    {
        if (_reported.TryAdd(choice, true))
        {
            report(choice);
        }
    }
}

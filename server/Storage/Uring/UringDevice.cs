using Microsoft.Win32.SafeHandles;

namespace NearData.Storage.Uring;

/// <summary>
/// A device over an open file, read through io_uring: one ring per queue pair. Where the kernel gives no ring it is read with
/// <c>pread</c>. It owns the handle.
/// </summary>
public sealed class UringDevice : IDevice
{
    /// <summary>
    /// Longer reads are cut, so that a single chunk keeps a device with several channels busy; from this size on a read's own cost
    /// doesn't count.
    /// </summary>
    private const int MaximumTransfer = 1 << 20;

    /// <summary>The logical block size of disks is 512 or 4096; memory must be aligned as much.</summary>
    private const int DirectAlignment = 4096;

    /// <summary>O_DIRECT (asm-generic/fcntl.h), which 64-bit ARM has elsewhere.</summary>
    private static readonly int DirectFlag =
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? 0x10000 : 0x4000;

    private readonly SafeFileHandle _file;
    private readonly FileDevice _blocking;
    private readonly Action<string> _report;
    private readonly bool _isDirect;

    /// <param name="name">For messages.</param>
    /// <param name="file">Open for reading; disposed with the device.</param>
    /// <param name="reading">Through the page cache, or past it.</param>
    /// <param name="report">Told what was chosen, and what was not to be had.</param>
    public UringDevice(string name, SafeFileHandle file, FileReading reading, Action<string> report)
    {
        _file = file;
        _report = report;
        _isDirect = reading == FileReading.Direct && UringCalls.TryAddFlag((int)file.DangerousGetHandle(), DirectFlag);
        if (reading == FileReading.Direct && !_isDirect)
        {
            report("the file system has no direct reads; the page cache is used");
        }

        _blocking = new FileDevice(name, file, _isDirect ? DirectAlignment : 1);
        Geometry = new DeviceGeometry(_isDirect ? DirectAlignment : 1, MaximumTransfer);
    }

    public string Name => _blocking.Name;

    public long Length => _blocking.Length;

    public DeviceGeometry Geometry { get; }

    public IQueuePair OpenQueuePair(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        UringRing? ring = UringRing.TryCreate(depth, out int error);
        if (ring is null)
        {
            _report($"io_uring is not to be had: {Errno.Describe(error)}; files are read with pread");
            return _blocking.OpenQueuePair(depth);
        }

        int descriptor = (int)_file.DangerousGetHandle();
        bool isFileRegistered = ring.TryRegisterFile(descriptor);

        // What goes through the page cache is copied by the processor: pinned buffers would save it nothing.
        bool hasTable = _isDirect && ring.TryReserveBuffers(RegisteredBuffers.Capacity);
        _report($"io_uring, {(_isDirect ? "direct" : "through the page cache")}, "
            + $"{(isFileRegistered ? "registered" : "unregistered")} file, {(hasTable ? "registered" : "unregistered")} buffers");
        return new UringQueuePair(this, ring, descriptor, isFileRegistered, hasTable ? new RegisteredBuffers(ring, _report) : null, depth);
    }

    public void Dispose() => _blocking.Dispose();

    /// <summary>Whether a read that reaches beyond the end, as whole blocks may, is done here.</summary>
    internal bool IsTail(long position) => _blocking.IsTail(position);

    internal StorageException Ended(in ReadRequest request, int done) => _blocking.Ended(request.Offset, request.Buffer.Length, done);
}

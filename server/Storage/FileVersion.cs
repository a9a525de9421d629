using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NearData.Storage.Uring;

namespace NearData.Storage;

/// <summary>
/// Which file an open handle leads to, and in which state: another file has another device or inode, and whoever changes this one
/// changes its times, the second of which can't be set back.
/// </summary>
/// <param name="Device">The file system's number.</param>
/// <param name="Inode">The file's number there.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When its content was last changed, in nanoseconds since 1970 (UTC).</param>
/// <param name="Changed">When its content or its attributes were last changed, in nanoseconds since 1970 (UTC).</param>
public readonly record struct FileVersion(ulong Device, ulong Inode, long Length, long Modified, long Changed)
{
    /// <summary>
    /// Kernels before 6.13 count file times in ticks of up to 10 ms: a change within the tick of the one before leaves them as they are.
    /// </summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>The version of an open file as it is now.</summary>
    /// <exception cref="IOException">The file system doesn't say.</exception>
    public static FileVersion Of(SafeFileHandle file) => FileStatus.Of(file).Version;

    /// <summary>
    /// Whether each change from now on gives the file another version: not while the last one was made within the clock's tick.
    /// </summary>
    /// <param name="now">When the version was asked for, or before.</param>
    public bool IsSettled(DateTimeOffset now) => (now - DateTimeOffset.UnixEpoch - Tick).Ticks > Changed / TimeSpan.NanosecondsPerTick;

    /// <summary>
    /// Whether the open file's bytes are still this version's. Taking a name away from a file, as replacing it does, changes the
    /// second of its times too, and is no change of its bytes.
    /// </summary>
    public bool StillHoldsFor(SafeFileHandle file)
    {
        FileStatus now = FileStatus.Of(file);
        return now.Version == this || (now.Links == 0 && now.Version with { Changed = Changed } == this);
    }
}

/// <summary>What statx(2) says of an open file.</summary>
/// <param name="Version">Its identity and state.</param>
/// <param name="Links">Its names.</param>
/// <param name="DirectAlignment">What direct reads must be aligned to, in bytes; 0 where the kernel doesn't say.</param>
internal readonly record struct FileStatus(FileVersion Version, uint Links, uint DirectAlignment)
{
    private const int EmptyPath = 0x1000;
    private const uint BasicStatus = 0x7ff;
    private const uint DirectIoAlignment = 0x2000;

    private static readonly byte[] EmptyName = [0];

    public static FileStatus Of(SafeFileHandle file)
    {
        if (statx((int)file.DangerousGetHandle(), EmptyName, EmptyPath, BasicStatus | DirectIoAlignment, out Statx status) != 0)
        {
            throw new IOException($"The state of a file can't be read: {Errno.Describe(Marshal.GetLastPInvokeError())}.");
        }

        FileVersion version = new(
            ((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode, (long)status.Size, status.Modified.Nanoseconds, status.Changed.Nanoseconds);
        bool hasAlignment = (status.Mask & DirectIoAlignment) != 0;
        return new FileStatus(version, status.Links, hasAlignment ? Math.Max(status.DirectMemoryAlignment, status.DirectOffsetAlignment) : 0);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, byte[] path, int flags, uint mask, out Statx status);

    /// <summary>struct statx (linux/stat.h).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(0)]
        public uint Mask;

        [FieldOffset(16)]
        public uint Links;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(96)]
        public Time Changed;

        [FieldOffset(112)]
        public Time Modified;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        [FieldOffset(152)]
        public uint DirectMemoryAlignment;

        [FieldOffset(156)]
        public uint DirectOffsetAlignment;
    }

    /// <summary>struct statx_timestamp (linux/stat.h).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Time
    {
        private readonly long _seconds;
        private readonly uint _nanoseconds;

        public readonly long Nanoseconds => _seconds * 1_000_000_000 + _nanoseconds;
    }
}

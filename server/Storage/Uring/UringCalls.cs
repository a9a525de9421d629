using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>The system calls of io_uring, which libc has no functions for, and the mapping of its rings.</summary>
internal static unsafe class UringCalls
{
    // The same numbers on every architecture (asm-generic/unistd.h).
    private const long SetupNumber = 425;
    private const long EnterNumber = 426;
    private const long RegisterNumber = 427;

    private const int ReadWrite = 3;
    private const int SharedPopulated = 0x8001;
    private const nint Failed = -1;

    private const int GetFlags = 3;
    private const int SetFlags = 4;

    /// <summary>A descriptor, or a negative errno.</summary>
    public static int Setup(uint entries, RingParameters* parameters) => Result(syscall(SetupNumber, (nint)entries, (nint)parameters, 0, 0, 0, 0));

    /// <summary>Submissions that were taken, or a negative errno.</summary>
    public static int Enter(int ring, uint submit, uint complete, uint flags) =>
        Result(syscall(EnterNumber, ring, (nint)submit, (nint)complete, (nint)flags, 0, 0));

    /// <summary>Zero or more, or a negative errno.</summary>
    public static int Register(int ring, uint operation, void* argument, uint count) =>
        Result(syscall(RegisterNumber, ring, (nint)operation, (nint)argument, (nint)count, 0, 0));

    /// <summary>Maps a part of the ring; null when that fails.</summary>
    public static byte* Map(int ring, nuint length, long offset)
    {
        nint address = mmap(0, length, ReadWrite, SharedPopulated, ring, offset);
        return address == Failed ? null : (byte*)address;
    }

    public static void Unmap(byte* address, nuint length)
    {
        if (address != null)
        {
            _ = munmap((nint)address, length);
        }
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>Adds a flag to an open file; false when the file system refuses it.</summary>
    public static bool TryAddFlag(int descriptor, int flag)
    {
        int flags = fcntl(descriptor, GetFlags, 0);
        return flags >= 0 && fcntl(descriptor, SetFlags, flags | flag) >= 0;
    }

    private static int Result(nint value) => value >= 0 ? (int)value : -Marshal.GetLastPInvokeError();

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint syscall(long number, nint a, nint b, nint c, nint d, nint e, nint f);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint mmap(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int munmap(nint address, nuint length);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int fcntl(int descriptor, int command, nint argument);
}

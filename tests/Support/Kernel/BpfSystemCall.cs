using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NearData.TestSupport.Kernel;

/// <summary><c>bpf(2)</c>, which the C library has no function for.</summary>
internal static class BpfSystemCall
{
    /// <summary>The call's number on x86-64.</summary>
    private const long Number = 321;

    /// <summary>What the call returned.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static int Invoke(BpfCommand command, BpfArguments arguments) =>
        TryInvoke(command, arguments, out Errno error) is { } result ? result : throw new KernelException(command, error);

    /// <summary>The new descriptor that the call returned.</summary>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static SafeFileHandle Open(BpfCommand command, BpfArguments arguments) => new(Invoke(command, arguments), ownsHandle: true);

    /// <summary>What the call returned, or null and why not. A call that a signal interrupted is made again.</summary>
    public static int? TryInvoke(BpfCommand command, BpfArguments arguments, out Errno error)
    {
        while (true)
        {
            long result = Call(Number, (long)command, arguments.Address, BpfArguments.Size);
            error = result < 0 ? (Errno)Marshal.GetLastPInvokeError() : default;
            if (error is not (Errno.EINTR or Errno.EAGAIN))
            {
                return result < 0 ? null : (int)result;
            }
        }
    }

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Call(long number, long command, nint arguments, long size);
}

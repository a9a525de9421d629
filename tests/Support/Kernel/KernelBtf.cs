using Microsoft.Win32.SafeHandles;

namespace NearData.TestSupport.Kernel;

/// <summary>Types in the kernel, which maps and functions are described by.</summary>
public sealed class KernelBtf : IDisposable
{
    private const int LogSize = 1 << 16;

    private KernelBtf(SafeFileHandle handle) => Handle = handle;

    public SafeFileHandle Handle { get; }

    /// <summary>Loads the bytes of a <c>.BTF</c> section.</summary>
    /// <exception cref="KernelException">The kernel refused, with its log.</exception>
    public static KernelBtf Load(byte[] btf)
    {
        byte[] log = new byte[LogSize];
        using BpfArguments arguments = new();
        arguments.Set(0, btf);
        arguments.Set(8, log);
        arguments.Set(16, (uint)btf.Length);
        arguments.Set(20, LogSize);
        arguments.Set(24, 1U);
        return BpfSystemCall.TryInvoke(BpfCommand.BtfLoad, arguments, out Errno error) is { } descriptor
            ? new KernelBtf(new SafeFileHandle(descriptor, ownsHandle: true))
            : throw new KernelException(BpfCommand.BtfLoad, error, LogText.Of(log));
    }

    public void Dispose() => Handle.Dispose();
}

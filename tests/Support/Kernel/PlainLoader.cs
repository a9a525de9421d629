using System.Runtime.InteropServices;

namespace NearData.TestSupport.Kernel;

/// <summary>
/// While this lives, its thread loads programs as a process does that has <c>CAP_BPF</c> and <c>CAP_NET_ADMIN</c>, but neither
/// <c>CAP_PERFMON</c> nor <c>CAP_SYS_ADMIN</c> (capabilities(7)): the kernel's verifier then lets no addresses out and no unwritten stack in,
/// and proves that speculation can't either.
/// </summary>
public sealed class PlainLoader : IDisposable
{
    // linux/capability.h: capabilities are 64 bits, in two words of each set.
    private const uint Version3 = 0x2008_0522;
    private const int SysAdmin = 21;
    private const int Perfmon = 38;

    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Sets _before;

    public PlainLoader()
    {
        _before = Get();
        Sets without = _before;
        without.Effective &= ~(1U << SysAdmin);
        without.EffectiveHigh &= ~(1U << (Perfmon - 32));
        Set(without);
    }

    public void Dispose()
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException("Capabilities are a thread's own: they must be given back where they were taken.");
        }

        Set(_before);
    }

    private static Sets Get()
    {
        Header header = new() { Version = Version3 };
        return GetCapabilities(ref header, out Sets sets) == 0 ? sets : throw new InvalidOperationException($"capget: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static void Set(Sets sets)
    {
        Header header = new() { Version = Version3 };
        if (SetCapabilities(ref header, ref sets) != 0)
        {
            throw new InvalidOperationException($"capset: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [DllImport("libc", EntryPoint = "capget", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetCapabilities(ref Header header, out Sets sets);

    [DllImport("libc", EntryPoint = "capset", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetCapabilities(ref Header header, ref Sets sets);

    /// <summary><c>struct __user_cap_header_struct</c>; process 0 is the calling thread.</summary>
    private struct Header
    {
        public uint Version;
        public int Process;
    }

    /// <summary>Two of <c>struct __user_cap_data_struct</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Sets
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
        public uint EffectiveHigh;
        public uint PermittedHigh;
        public uint InheritableHigh;
    }
}

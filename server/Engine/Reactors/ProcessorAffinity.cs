using System.Runtime.InteropServices;

namespace NearData.Engine.Reactors;

/// <summary>Ties threads to processors (sched_setaffinity(2)).</summary>
internal static class ProcessorAffinity
{
    /// <summary>Processors that a mask here can name; the kernel's own default limit is 8,192.</summary>
    private const int MaskWords = 8192 / 64;

    /// <summary>
    /// Ties the calling thread to one of the processors that the process may use, counted around; false where the system has no such call or
    /// refuses it.
    /// </summary>
    public static bool TryPin(int index)
    {
        ulong[] allowed = new ulong[MaskWords];
        if (!OperatingSystem.IsLinux() || sched_getaffinity(0, MaskWords * sizeof(ulong), allowed) < 0)
        {
            return false;
        }

        int[] processors = [.. Enumerable.Range(0, MaskWords * 64).Where(processor => (allowed[processor / 64] >> (processor % 64) & 1) != 0)];
        int mine = processors[index % processors.Length];
        ulong[] mask = new ulong[MaskWords];
        mask[mine / 64] = 1UL << (mine % 64);
        return sched_setaffinity(0, MaskWords * sizeof(ulong), mask) == 0;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sched_getaffinity(int thread, nint length, [Out] ulong[] mask);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sched_setaffinity(int thread, nint length, ulong[] mask);
}

using NearData.Isa.Helpers;
using NearData.Vm.Maps;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="LockHelpers"/>.</summary>
internal static unsafe class LockFunctions
{
    public static HelperFunction[] All { get; } = [new(LockHelpers.Lock, Lock), new(LockHelpers.Unlock, Unlock)];

    private static long Lock(long word)
    {
        NativeLock.Enter((int*)word);
        return 0;
    }

    private static long Unlock(long word)
    {
        NativeLock.Exit((int*)word);
        return 0;
    }
}

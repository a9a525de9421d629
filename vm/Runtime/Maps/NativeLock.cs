namespace NearData.Vm.Maps;

/// <summary>A spin lock in four bytes of native memory: 0 is free. Writers of maps hold it for a few instructions.</summary>
internal static unsafe class NativeLock
{
    public static void Enter(int* word)
    {
        if (Interlocked.CompareExchange(ref *word, 1, 0) != 0)
        {
            Wait(word);
        }
    }

    public static void Exit(int* word) => Volatile.Write(ref *word, 0);

    // Never sleeps: the holder may be a thread that waits for this core.
    private static void Wait(int* word)
    {
        SpinWait spin = default;
        while (Volatile.Read(ref *word) != 0 || Interlocked.CompareExchange(ref *word, 1, 0) != 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }
}

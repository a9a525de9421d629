using Microsoft.Win32.SafeHandles;

namespace NearData.Storage.Faults;

/// <summary>Other devices with faults by a script: what tests, and who tries a node out, break reads with.</summary>
/// <param name="inner">The devices that are broken.</param>
/// <param name="script">What goes wrong.</param>
public sealed class FaultDevices(IFileDevices inner, FaultScript script) : IFileDevices
{
    private int _reads = -1;

    /// <summary>Reads that were submitted so far.</summary>
    public int Reads => Volatile.Read(ref _reads) + 1;

    public IDevice Open(string name, SafeFileHandle file) => inner.Open(name, file);

    public IQueuePair OpenQueuePair(int depth) => new FaultQueuePair(this, inner.OpenQueuePair(depth));

    internal Fault NextFault() => script.FaultOf(Interlocked.Increment(ref _reads));
}

namespace NearData.Storage.Faults;

/// <summary>Another device with faults by a script: what tests, and who tries a node out, break reads with.</summary>
/// <param name="inner">The device; disposed with this one.</param>
/// <param name="script">What goes wrong.</param>
public sealed class FaultDevice(IDevice inner, FaultScript script) : IDevice
{
    private int _reads = -1;

    public string Name => inner.Name;

    public long Length => inner.Length;

    public DeviceGeometry Geometry => inner.Geometry;

    /// <summary>Reads that were submitted so far.</summary>
    public int Reads => Volatile.Read(ref _reads) + 1;

    public IQueuePair OpenQueuePair(int depth) => new FaultQueuePair(this, inner.OpenQueuePair(depth));

    public void Dispose() => inner.Dispose();

    internal Fault NextFault() => script.FaultOf(Interlocked.Increment(ref _reads));
}

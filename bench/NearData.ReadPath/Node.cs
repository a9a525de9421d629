using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.ReadPath;

/// <summary>A read path of one kind, as a node would have it.</summary>
internal sealed class Node : IDisposable
{
    private readonly BufferPool _pool = new(2L << 30);
    private readonly BufferCache _cache;

    public Node(IFileDevices devices, int reactors, long cacheBytes = 0, int queueDepth = 32)
    {
        _cache = new BufferCache(_pool, cacheBytes);
        Reactors = new ReactorGroup(devices, _pool, _cache, new ReactorOptions { Count = reactors, QueueDepth = queueDepth });
    }

    public ReactorGroup Reactors { get; }

    public CacheStatistics Cache => _cache.Statistics;

    public void Dispose()
    {
        Reactors.Dispose();
        _cache.Dispose();
        _pool.Dispose();
    }
}

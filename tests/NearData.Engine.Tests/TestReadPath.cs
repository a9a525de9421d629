using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Engine.Tests;

/// <summary>Reactors of a test's own, with their memory. Nothing is cached unless the test says so.</summary>
internal sealed class TestReadPath : IDisposable
{
    public TestReadPath(IFileDevices? devices = null, long bytes = 64 << 20, long cacheBytes = 0, int reactors = 8)
    {
        Pool = new BufferPool(bytes);
        Cache = new BufferCache(Pool, cacheBytes);
        Reactors = new ReactorGroup(
            devices ?? new FileDevices(FileReading.PageCache, _ => { }), Pool, Cache, new ReactorOptions { Count = reactors });
    }

    public BufferPool Pool { get; }

    public BufferCache Cache { get; }

    public ReactorGroup Reactors { get; }

    public void Dispose()
    {
        Reactors.Dispose();
        Cache.Dispose();
        Pool.Dispose();
    }
}

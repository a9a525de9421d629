using System.Diagnostics.Metrics;
using NearData.Engine.Reactors;
using NearData.Storage;

namespace NearData.Server;

/// <summary>A node's devices, buffers, cache and reactors, with what they measure. Thread-safe.</summary>
internal sealed class ReadPath : IDisposable
{
    private readonly BufferPool _pool;
    private readonly BufferCache _cache;
    private readonly Meter _meter = new("NearData.ReadPath");

    public ReadPath(NodeOptions options, Action<string> report)
    {
        _pool = new BufferPool(options.BufferBytes, report);
        _cache = new BufferCache(_pool, Math.Min(options.CacheBytes ?? options.BufferBytes / 4 * 3, options.BufferBytes));
        ReactorOptions reactors = new() { Count = options.Workers, Placement = options.Placement };
        Reactors = new ReactorGroup(new FileDevices(options.Reading, report), _pool, _cache, reactors);
        Measure();
    }

    public ReactorGroup Reactors { get; }

    public void Dispose()
    {
        _meter.Dispose();
        Reactors.Dispose();
        _cache.Dispose();
        _pool.Dispose();
    }

    private void Measure()
    {
        Count("hits", "{chunk}", "Column chunks that were in the buffer cache", statistics => statistics.Hits);
        Count("misses", "{chunk}", "Column chunks that had to be read", statistics => statistics.Misses);
        Count("hit_bytes", "By", "Bytes of the chunks that were in the buffer cache", statistics => statistics.HitBytes);
        Count("miss_bytes", "By", "Bytes of the chunks that had to be read", statistics => statistics.MissBytes);
        Count("shared", "{chunk}", "Of those, column chunks that another execution read meanwhile", statistics => statistics.Shared);
        Count("evictions", "{range}", "Ranges that made room in the buffer cache", statistics => statistics.Evictions);
        _meter.CreateObservableUpDownCounter("neardata.cache.bytes", () => _cache.Statistics.Bytes, "By", "Bytes in the buffer cache");
        _meter.CreateObservableUpDownCounter("neardata.buffers.rented", () => _pool.Rented, "By", "Bytes of buffers in use, the cache's included");
        _meter.CreateObservableUpDownCounter("neardata.buffers.mapped", () => _pool.Mapped, "By", "Bytes of memory that buffers are cut from");
    }

    private void Count(string name, string unit, string description, Func<CacheStatistics, long> value) =>
        _meter.CreateObservableCounter($"neardata.cache.{name}", () => value(_cache.Statistics), unit, description);
}

using System.Collections.Concurrent;

namespace NearData.Queries.Tests.Tpch;

/// <summary>The files of each scale factor that tests ask for, written once for the whole class.</summary>
public sealed class FixtureScales : IDisposable
{
    private readonly ConcurrentDictionary<double, Lazy<Task<TpchFiles>>> _written = new();

    internal Task<TpchFiles> Files(double scaleFactor) =>
        _written.GetOrAdd(scaleFactor, factor => new Lazy<Task<TpchFiles>>(() => TpchFiles.Write(factor))).Value;

    public void Dispose()
    {
        foreach (Lazy<Task<TpchFiles>> files in _written.Values)
        {
            files.Value.GetAwaiter().GetResult().Dispose();
        }
    }
}

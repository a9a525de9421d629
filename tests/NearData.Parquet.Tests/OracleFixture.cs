using NearData.TestSupport;

namespace NearData.Parquet.Tests;

/// <summary>One DuckDB for a class of tests, which run one after the other; started when first asked.</summary>
public sealed class OracleFixture : IDisposable
{
    private readonly Lazy<DuckDb> _oracle = new(() => new DuckDb());

    public DuckDb Oracle => _oracle.Value;

    public void Dispose()
    {
        if (_oracle.IsValueCreated)
        {
            _oracle.Value.Dispose();
        }
    }
}

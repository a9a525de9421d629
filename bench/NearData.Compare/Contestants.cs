using System.Collections.Immutable;
using System.Diagnostics;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Storage;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>One run's results, as whole numbers, and how long it took.</summary>
internal readonly record struct Run(string[] Results, double Milliseconds);

/// <summary>The engine in this process, the program loaded beforehand, as DuckDB is connected beforehand.</summary>
internal sealed class NearDataContestant : IDisposable
{
    private static readonly ImmutableDictionary<string, Int128> NoParameters = ImmutableDictionary<string, Int128>.Empty;

    private readonly Catalog _catalog;
    private readonly BufferPool _pool = new(4L << 30);
    private readonly BufferCache _cache;
    private readonly ReactorGroup _reactors;
    private readonly LoadedProgram _program;
    private readonly string _table;
    private readonly int _threads;

    public NearDataContestant(Query query, string folder, int threads)
    {
        _catalog = new Catalog(new ServedRoot(folder));
        _program = LoadedProgram.Load(Clang.Compile(query.Source));
        _cache = new BufferCache(_pool, _pool.Limit / 4 * 3);
        _reactors = new ReactorGroup(
            new FileDevices(FileReading.PageCache, Console.Error.WriteLine), _pool, _cache, new ReactorOptions { Count = threads });
        _table = query.Table;
        _threads = threads;
    }

    public async Task<Run> RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        QueryExecution execution = new(_catalog, _reactors, _program, _catalog.Open(_table), NoParameters);
        ExecutionAnswer answer = await execution.RunAsync(_threads, CancellationToken.None);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new Run([.. answer.Results.Select(result => result.Value.ToString())], elapsed);
    }

    public void Dispose()
    {
        _reactors.Dispose();
        _cache.Dispose();
        _pool.Dispose();
    }
}

/// <summary>DuckDB in a process of its own; its time is taken there, around the query alone.</summary>
internal sealed class DuckDbContestant : IDisposable
{
    private readonly DuckDb _duckDb = new();
    private readonly string _sql;

    public DuckDbContestant(Query query, string folder, int threads)
    {
        _sql = query.Sql.Replace("{0}", Path.Combine(folder, query.Table, "*.parquet"), StringComparison.Ordinal);
        _duckDb.Query($"SET threads = {threads}");
    }

    public Run Run()
    {
        DuckDbAnswer answer = _duckDb.Ask(_sql);
        return new Run([.. answer.Rows.Single().Select(Whole)], answer.Milliseconds);
    }

    public void Dispose() => _duckDb.Dispose();

    /// <summary>DuckDB prints decimals with their scale.</summary>
    private static string Whole(string? value) => value is null ? "0" : value.Split('.')[0];
}

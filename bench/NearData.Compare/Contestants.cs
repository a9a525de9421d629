using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Queries.Tpch;
using NearData.Storage;
using NearData.TestSupport;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Compare;

/// <summary>One run's results, as rows of whole numbers and text, and how long it took.</summary>
internal readonly record struct Run(string[][] Rows, double Milliseconds);

/// <summary>The engine in this process, the programs loaded beforehand, as DuckDB is connected beforehand.</summary>
internal sealed class NearDataContestant : IDisposable
{
    private const long GroupMemory = 1L << 30;

    private static readonly ImmutableDictionary<string, ParameterValue> NoParameters = ImmutableDictionary<string, ParameterValue>.Empty;

    private readonly Tenant _tenant;
    private readonly Query _query;
    private readonly Catalog _catalog;
    private readonly BufferPool _pool = new(4L << 30);
    private readonly BufferCache _cache;
    private readonly ReactorGroup _reactors;
    private readonly LoadedProgram[] _programs;
    private readonly int _threads;

    public NearDataContestant(Query query, string folder, int threads, CacheState cache, CodeTrust trust = CodeTrust.Proof)
    {
        _tenant = new Tenant("bench") { Trust = trust };
        _query = query;
        _catalog = new Catalog(new ServedRoot(folder));
        _programs = [.. query.Stages.Select(stage => LoadedProgram.Load(Clang.Compile(stage.Source)))];
        _cache = new BufferCache(_pool, cache == CacheState.Warm ? _pool.Limit / 4 * 3 : 0);
        _reactors = new ReactorGroup(
            new FileDevices(cache == CacheState.Cold ? FileReading.Direct : FileReading.PageCache, Console.Error.WriteLine),
            _pool,
            _cache,
            new ReactorOptions { Count = threads });
        _threads = threads;
    }

    public ProcessMemory Memory { get; } = new(Environment.ProcessId);

    /// <summary>What the buffer cache keeps.</summary>
    public double CacheMib => ProcessMemory.Mib(_cache.Statistics.Bytes);

    public async Task<Run> RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        using StagedExecution execution = new(
            _catalog,
            _reactors,
            _tenant,
            new MemoryBudget(GroupMemory),
            [.. _query.Stages.Zip(_programs, (stage, program) => new ExecutionStage(program, _catalog.Open(stage.Table.DatasetName), NoParameters))]);
        ExecutionAnswer answer = await execution.RunAsync(_threads, CancellationToken.None);
        string[][] rows = AnswerRows.Of(answer, _query);
        return new Run(rows, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
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

    public DuckDbContestant(Query query, string folder, string codec, int threads, CacheState cache)
    {
        _sql = (TextData.IsOne(codec) ? TextData.Over(query.Sql, codec) : query.Sql).Replace("{root}", folder, StringComparison.Ordinal);
        _duckDb.Query($"SET threads = {threads}");
        _duckDb.Query($"SET enable_external_file_cache = {(cache == CacheState.Warm ? "true" : "false")}");
        Memory = new ProcessMemory(_duckDb.ProcessId);
    }

    public ProcessMemory Memory { get; }

    /// <summary>What its cache of files keeps.</summary>
    public double CacheMib() => ProcessMemory.Mib(long.Parse(
        _duckDb.Ask("SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'").Rows[0][0]!, CultureInfo.InvariantCulture));

    public Run Run()
    {
        DuckDbAnswer answer = _duckDb.Ask(_sql);
        return new Run([.. answer.Rows.Select(row => row.Select(value => value ?? "0").ToArray())], answer.Milliseconds);
    }

    public void Dispose() => _duckDb.Dispose();
}

using System.Collections.Immutable;
using System.Diagnostics;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Queries.Tpch;
using NearData.Storage;
using NearData.Vm;
using NearData.Vm.Maps;

namespace NearData.Compare;

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

    public NearDataContestant(Query query, IEnumerable<byte[]> objects, string folder, int threads, CacheState cache, CodeTrust trust = CodeTrust.Proof)
    {
        _tenant = new Tenant("bench") { Trust = trust };
        _query = query;
        _catalog = new Catalog(new ServedRoot(folder));
        _programs = [.. objects.Select(bytes => LoadedProgram.Load(bytes))];
        _cache = new BufferCache(_pool, cache == CacheState.Warm ? _pool.Limit / 4 * 3 : 0);
        _reactors = new ReactorGroup(
            new FileDevices(cache == CacheState.Cold ? FileReading.Direct : FileReading.PageCache, Console.Error.WriteLine),
            _pool,
            _cache,
            new ReactorOptions { Count = threads });
        _threads = threads;
    }

    /// <summary>What the buffer cache keeps.</summary>
    public long CacheBytes => _cache.Statistics.Bytes;

    /// <summary>The columns that the last stage reads.</summary>
    public async Task<ImmutableArray<string>> ColumnsAsync()
    {
        using StagedExecution execution = Start();
        return (await execution.RunAsync(_threads, CancellationToken.None)).ColumnsRead;
    }

    public async Task<Run> RunAsync()
    {
        long start = Stopwatch.GetTimestamp();
        using StagedExecution execution = Start();
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

    private StagedExecution Start() => new(
        _catalog,
        _reactors,
        _tenant,
        new MemoryBudget(GroupMemory),
        [.. _query.Stages.Zip(_programs, (stage, program) => new ExecutionStage(program, _catalog.Open(stage.Table.DatasetName), NoParameters))]);
}

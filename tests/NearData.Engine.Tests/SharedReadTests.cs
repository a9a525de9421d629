using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Parquet;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Executions that want the same bytes at the same time: one reads them, and the others wait for it as long as that helps.</summary>
public sealed class SharedReadTests : IAsyncLifetime
{
    private const string Sum =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= 0; }
        SEC("reduce") int add(const struct row *r) { result.total += r->y; return 0; }
        """;

    private const int Groups = 12;
    private const int Rows = 6000;

    private static readonly Lazy<LoadedProgram> Program = new(() => LoadedProgram.Load(Clang.Compile(Sum)));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private readonly long _total;

    public SharedReadTests()
    {
        _catalog = new Catalog(new ServedRoot(_folder.Path));
        Random random = new(4);
        long?[] x = [.. Enumerable.Range(0, Rows).Select(_ => (long?)random.NextInt64(1L << 60))];
        long?[] y = [.. Enumerable.Range(0, Rows).Select(_ => (long?)random.NextInt64(1L << 40))];
        _folder.Write("d.parquet", Groups, ("x", x), ("y", y));
        _total = Groups * y.Sum()!.Value;
    }

    private string File => Path.Combine(_folder.Path, "d.parquet");

    private ColumnChunk[] Chunks => [.. Metadata.Of(_catalog.Open("d").Files[0]).RowGroups.SelectMany(group => group.Chunks)];

    /// <summary>A version is kept once the file system's clock has moved on from it.</summary>
    public Task InitializeAsync() => Task.Delay(80);

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Executions_at_the_same_time_read_each_chunk_once()
    {
        long shared = 0;
        for (int round = 0; round < 6; round++)
        {
            FaultDevices devices = Devices(FaultScript.Always(new Fault(FaultKind.Delay, 50_000)));
            using TestReadPath path = new(devices, cacheBytes: 32 << 20, reactors: 3);

            ExecutionAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(path, 1))).WaitAsync(Patience);

            Assert.All(answers, answer => Assert.Equal(_total, Total(answer)));
            Assert.Equal(Chunks.Sum(chunk => chunk.CompressedLength), answers.Sum(answer => answer.BytesRead));
            Assert.Equal(Groups, devices.Reads);
            Assert.Equal(path.Cache.Statistics.Bytes, path.Pool.Rented);
            shared += path.Cache.Statistics.Shared;
        }

        Assert.True(shared > 0, "No execution came to a chunk while another one read it.");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Who_waits_for_a_read_that_fails_reads_itself()
    {
        FaultDevices devices = Devices(FaultScript.Always(default));
        using TestReadPath path = new(devices, cacheBytes: 32 << 20, reactors: 1);
        PendingRead other = BeginAll(path);
        Task<ExecutionAnswer> waiting = RunAsync(path, 1);
        await IsWaitingAsync(path, waiting);
        Assert.Equal(0, devices.Reads);

        other.End();

        Assert.Equal(_total, Total(await waiting.WaitAsync(Patience)));
        Assert.Equal(Groups, devices.Reads);
        Assert.Equal(0, path.Cache.Statistics.Shared);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Who_waits_for_a_read_takes_what_it_brought_and_gives_its_memory_back()
    {
        FaultDevices devices = Devices(FaultScript.Always(default));
        using TestReadPath path = new(devices, cacheBytes: 32 << 20, reactors: 1);
        PendingRead other = BeginAll(path);
        Task<ExecutionAnswer> waiting = RunAsync(path, 1);
        await IsWaitingAsync(path, waiting);

        byte[] bytes = await System.IO.File.ReadAllBytesAsync(File);
        BufferLease lease = path.Pool.TryRent(bytes.Length)!;
        bytes.CopyTo(lease.Memory);
        CachedRange read = path.Cache.Add(Version(), 0, lease, [.. Chunks.Select(chunk => chunk.Offset)]);
        other.End();
        ExecutionAnswer answer = await waiting.WaitAsync(Patience);
        read.Release();

        Assert.Equal(_total, Total(answer));
        Assert.Equal((0L, 0), (answer.BytesRead, devices.Reads));
        Assert.Equal(2 * Groups, path.Cache.Statistics.Shared);
        Assert.Equal(path.Cache.Statistics.Bytes, path.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Who_waits_for_a_read_can_be_cancelled()
    {
        using TestReadPath path = new(cacheBytes: 32 << 20, reactors: 1);
        PendingRead other = BeginAll(path);
        using CancellationTokenSource stop = new();
        Task<ExecutionAnswer> waiting = RunAsync(path, 1, stop.Token);
        await IsWaitingAsync(path, waiting);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        Assert.Equal(0, path.Pool.Rented);
        other.End();
        Assert.Equal(_total, Total(await RunAsync(path, 1)));
    }

    /// <summary>Little memory, errors, delays and cancelled executions together: all others answer, and nothing is left behind.</summary>
    [FactNeeding(Needs.Clang19)]
    public async Task Whatever_happens_to_a_reader_those_who_wait_for_it_answer()
    {
        int failures = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            FaultScript script = FaultScript.Random(seed, seed % 4 + 2, FaultKind.Delay, FaultKind.Delay, FaultKind.Delay, FaultKind.Short, FaultKind.PermanentError);
            using TestReadPath path = new(Devices(script), bytes: seed % 2 == 0 ? 1 << 20 : 8 << 20, cacheBytes: 768 << 10, reactors: 3);
            Random random = new(seed);
            string?[] ends = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => EndAsync(path, i == 0 ? random.Next(1, 10) : null))).WaitAsync(Patience);

            Assert.All(ends.Skip(1), end => Assert.True(end is null || end.Contains("The script says", StringComparison.Ordinal), end));
            failures += ends.Skip(1).Count(end => end is not null);
            Assert.Equal(path.Cache.Statistics.Bytes, path.Pool.Rented);
        }

        Assert.InRange(failures, 1, 159);
    }

    private static FaultDevices Devices(FaultScript script) => new(new FileDevices(FileReading.PageCache, _ => { }), script);

    private static long Total(ExecutionAnswer answer) => (long)answer.Results[0].Value;

    // It has seen that nothing is cached, and has had time to read.
    private static async Task IsWaitingAsync(TestReadPath path, Task execution)
    {
        while (path.Cache.Statistics.Misses < 2 * Groups)
        {
            await Task.Delay(1);
        }

        await Task.Delay(50);
        Assert.False(execution.IsCompleted);
    }

    private FileVersion Version()
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = System.IO.File.OpenHandle(File);
        return FileVersion.Of(file);
    }

    /// <summary>As another execution does that reads the whole file at once.</summary>
    private PendingRead BeginAll(TestReadPath path)
    {
        PendingRead read = new(Version(), 0, new FileInfo(File).Length, [.. Chunks.Select(chunk => chunk.Offset)]);
        Assert.True(path.Cache.Pending.TryBegin(read, within: null, out _));
        return read;
    }

    private async Task<string?> EndAsync(TestReadPath path, int? cancelAfter)
    {
        using CancellationTokenSource cancel = new();
        if (cancelAfter is { } delay)
        {
            cancel.CancelAfter(delay);
        }

        try
        {
            Assert.Equal(_total, Total(await RunAsync(path, 3, cancel.Token)));
            return null;
        }
        catch (Exception failure) when (failure is StorageException or OperationCanceledException)
        {
            return failure.Message;
        }
    }

    private Task<ExecutionAnswer> RunAsync(TestReadPath path, int workers, CancellationToken cancellation = default) =>
        new QueryExecution(_catalog, path.Reactors, Program.Value, _catalog.Open("d"), new Dictionary<string, Int128>()).RunAsync(workers, cancellation);
}

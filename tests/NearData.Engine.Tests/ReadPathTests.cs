using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Executions over one read path: what is cached, replaced, shared, refused and broken.</summary>
public sealed class ReadPathTests : IDisposable
{
    private const string Sum =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= 0; }
        SEC("reduce") int add(const struct row *r) { result.total += r->y; result.rows += 1; return 0; }
        """;

    private static readonly Lazy<LoadedProgram> Program = new(() => LoadedProgram.Load(Clang.Compile(Sum)));

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;

    public ReadPathTests() => _catalog = new Catalog(new ServedRoot(_folder.Path));

    public void Dispose() => _folder.Dispose();

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(FileReading.PageCache)]
    [InlineData(FileReading.Direct)]
    public async Task What_was_read_once_is_not_read_again(FileReading reading)
    {
        using TestReadPath path = new(new FileDevices(reading, _ => { }), cacheBytes: 32 << 20, reactors: 2);
        long total = Write("d/a.parquet", groups: 6, seed: 1) + Write("d/b.parquet", groups: 6, seed: 2);
        await SettleAsync();

        ExecutionAnswer cold = await RunAsync(path);
        ExecutionAnswer warm = await RunAsync(path);

        Assert.Equal((total, total), (Total(cold), Total(warm)));
        Assert.True(cold.BytesRead > 0);
        Assert.Equal(0, warm.BytesRead);
        Assert.Equal(24, path.Cache.Statistics.Hits);
        Assert.Equal(path.Cache.Statistics.Bytes, path.Pool.Rented);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_file_that_was_replaced_or_overwritten_never_gives_its_old_bytes()
    {
        using TestReadPath path = new(cacheBytes: 32 << 20, reactors: 2);
        for (int round = 0; round < 30; round++)
        {
            // Same length, same layout, other values; half of the rounds by a new file in the old one's place.
            string name = round % 2 == 0 ? "d/a.parquet" : "d/.next";
            long total = Write(name, groups: 2, seed: round);
            if (round % 2 == 1)
            {
                File.Move(Path.Combine(_folder.Path, name), Path.Combine(_folder.Path, "d/a.parquet"), overwrite: true);
            }

            Assert.Equal(total, Total(await RunAsync(path)));
            if (round % 5 == 0)
            {
                // Old enough to be kept, so that there is something wrong to be found.
                await SettleAsync();
                Assert.Equal(total, Total(await RunAsync(path)));
                Assert.Equal(total, Total(await RunAsync(path)));
            }
        }

        Assert.True(path.Cache.Statistics.Hits > 0);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_file_overwritten_while_it_is_read_fails_the_execution_or_comes_too_late_to_matter()
    {
        long total = Write("d/a.parquet", groups: 40, seed: 1);
        await SettleAsync();
        byte[] original = await File.ReadAllBytesAsync(Path.Combine(_folder.Path, "d/a.parquet"));
        int failed = 0;
        for (int round = 0; round < 20; round++)
        {
            using TestReadPath path = new(cacheBytes: 32 << 20, reactors: 2);
            QueryExecution execution = Prepare(path);
            Task<ExecutionAnswer> answer = execution.RunAsync(2, CancellationToken.None);
            await Task.Yield();
            // The same bytes: an execution that saw only some of the write still can't tell, and must not answer.
            await File.WriteAllBytesAsync(Path.Combine(_folder.Path, "d/a.parquet"), original);
            try
            {
                Assert.Equal(total, Total(await answer));
            }
            catch (Exception error) when (error is DatasetChangedException or StorageException or Parquet.ParquetException)
            {
                failed++;
            }

            Assert.Equal(total, Total(await RunAsync(path)));
        }

        Assert.InRange(failed, 0, 20);
    }

    /// <summary>With memory for two row groups and six executions on three reactors, each waits for others' memory most of the time.</summary>
    [FactNeeding(Needs.Clang19)]
    public async Task Executions_that_wait_for_each_others_memory_all_answer_or_stop_when_they_are_told_to()
    {
        long total = Write("d/a.parquet", groups: 12, seed: 5);
        await SettleAsync();
        using TestReadPath path = new(bytes: 512 << 10, cacheBytes: 384 << 10, reactors: 3);
        Random random = new(8);
        for (int round = 0; round < 8; round++)
        {
            Task<bool>[] running = [.. Enumerable.Range(0, 6).Select(i => AnswersAsync(path, total, $"t{i % 3}", i % 3 == 2 ? random.Next(1, 20) : null))];
            bool[] answered = await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(60));
            Assert.All(answered.Where((_, i) => i % 3 != 2), Assert.True);
        }

        Assert.Equal(path.Cache.Statistics.Bytes, path.Pool.Rented);
    }

    /// <summary>Memory that is read into ahead of the work is memory that others don't have.</summary>
    [FactNeeding(Needs.Clang19)]
    public async Task An_execution_reads_ahead_by_what_keeps_a_device_busy_and_no_more()
    {
        // 25 row groups of 1 MiB, from a device that takes its time.
        long total = Write("d/a.parquet", groups: 25, seed: 1, rows: 1 << 16);
        FaultScript slow = FaultScript.Always(new Fault(FaultKind.Delay, 20_000));
        using TestReadPath path = new(new FaultDevices(new FileDevices(FileReading.PageCache, _ => { }), slow), reactors: 1);
        Task<ExecutionAnswer> running = RunAsync(path);
        long most = 0;
        while (!running.IsCompleted)
        {
            most = Math.Max(most, path.Pool.Rented);
            await Task.Yield();
        }

        Assert.Equal(total, Total(await running));
        Assert.InRange(most, 4 << 20, 11 << 20);
    }

    /// <summary>A small execution of one tenant beside large ones of another is done while those are far from it.</summary>
    [FactNeeding(Needs.Clang19)]
    public async Task A_small_execution_does_not_wait_for_another_tenants_large_ones()
    {
        // So large that they take long even where other processes keep this one from seeing that the small one has ended.
        Write("large/0.parquet", groups: 200, seed: 1);
        for (int copy = 1; copy < 20; copy++)
        {
            File.CreateSymbolicLink(Path.Combine(_folder.Path, $"large/{copy}.parquet"), "0.parquet");
        }

        long total = Write("d/a.parquet", groups: 2, seed: 2);
        using TestReadPath path = new(reactors: 1);
        using CancellationTokenSource stop = new();
        QueryExecution[] large = [.. Enumerable.Range(0, 3).Select(_ => Prepare(path, "large", "crowd"))];
        QueryExecution small = Prepare(path, "d", "alone");
        Task[] running = [.. large.Select(execution => execution.RunAsync(1, stop.Token))];

        Assert.Equal(total, Total(await small.RunAsync(1, CancellationToken.None)));

        Assert.All(large, execution => Assert.True(execution.Progress.RowsScanned < execution.Progress.RowsTotal / 2, $"{execution.Progress}"));
        await stop.CancelAsync();
        await Task.WhenAll(running.Select(task => Assert.ThrowsAnyAsync<OperationCanceledException>(() => task)));
        Assert.Equal(0, path.Pool.Rented);
    }

    /// <summary>What an execution leaves in the cache when its reads go wrong is right, or not there.</summary>
    [FactNeeding(Needs.Clang19)]
    public async Task Reads_that_go_wrong_leave_nothing_wrong_behind()
    {
        long total = Write("d/a.parquet", groups: 12, seed: 9);
        await SettleAsync();
        int failures = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            FaultScript script = FaultScript.Random(seed, seed % 3 + 2, FaultKind.PermanentError, FaultKind.Short, FaultKind.Delay, FaultKind.TransientError);
            using TestReadPath path = new(new FaultDevices(new FileDevices(FileReading.PageCache, _ => { }), script), cacheBytes: 32 << 20, reactors: 2);
            for (int round = 0; round < 4; round++)
            {
                try
                {
                    Assert.Equal(total, Total(await RunAsync(path)));
                }
                catch (StorageException error)
                {
                    Assert.Contains("The script says", error.Message);
                    failures++;
                }
            }

            Assert.Equal(path.Cache.Statistics.Bytes, path.Pool.Rented);
        }

        Assert.InRange(failures, 10, 230);
    }

    private static long Total(ExecutionAnswer answer) => (long)answer.Results[0].Value;

    /// <summary>A version is kept once the file system's clock has moved on from it.</summary>
    private static Task SettleAsync() => Task.Delay(80);

    private async Task<bool> AnswersAsync(TestReadPath path, long total, string tenant, int? cancelAfter)
    {
        using CancellationTokenSource cancel = new();
        if (cancelAfter is { } delay)
        {
            cancel.CancelAfter(delay);
        }

        try
        {
            Assert.Equal(total, Total(await Prepare(path, "d", tenant).RunAsync(3, cancel.Token)));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private Task<ExecutionAnswer> RunAsync(TestReadPath path) => Prepare(path).RunAsync(2, CancellationToken.None);

    private QueryExecution Prepare(TestReadPath path, string dataset = "d", string tenant = "") =>
        new(_catalog, path.Reactors, Program.Value, _catalog.Open(dataset), new Dictionary<string, Int128>(), new Tenant(tenant));

    /// <summary>Writes values that don't compress; gives the sum of y over all groups.</summary>
    private long Write(string name, int groups, int seed, int rows = 6000)
    {
        Random random = new(seed);
        long?[] x = [.. Enumerable.Range(0, rows).Select(_ => (long?)random.NextInt64(1L << 60))];
        long?[] y = [.. Enumerable.Range(0, rows).Select(_ => (long?)random.NextInt64(1L << 40))];
        _folder.Write(name, groups, ("x", x), ("y", y));
        return groups * y.Sum()!.Value;
    }
}

using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Engine.Reactors;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Storage;
using NearData.Storage.Faults;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>Q6 over devices that fail by random scripts: the right answer or a typed failure, never another answer.</summary>
[Collection(TpchFixture.Name)]
public sealed class Q6FaultTests(TpchFixture data)
{
    private static readonly Dictionary<string, Int128> NoParameters = [];

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(FileReading.PageCache, 0)]
    [InlineData(FileReading.Direct, 0)]
    [InlineData(FileReading.Direct, 8 << 20)]
    public async Task Every_fault_ends_in_the_right_answer_or_in_a_storage_error(FileReading reading, long cacheBytes)
    {
        Catalog catalog = new(new ServedRoot(await data.EnsureAsync(0.05, Codec.Snappy, TpchTable.LineItem)));
        LoadedProgram q6 = LoadedProgram.Load(Clang.Compile(await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "queries/programs/q6.c"))));
        using BufferPool pool = new(64 << 20);
        Int128[] right = await AnswerAsync(new FileDevices(reading, _ => { }), pool, cacheBytes, catalog, q6);
        int answers = 0;
        int failures = 0;
        int scripts = Environment.GetEnvironmentVariable("NEARDATA_LONG") == "1" ? 3_000 : 100;
        for (int seed = 0; seed < scripts; seed++)
        {
            FaultScript script = FaultScript.Random(
                seed, oneIn: 2 + seed % 9, FaultKind.TransientError, FaultKind.PermanentError, FaultKind.Short, FaultKind.Delay);
            try
            {
                Assert.Equal(right, await AnswerAsync(new FaultDevices(new FileDevices(reading, _ => { }), script), pool, cacheBytes, catalog, q6));
                answers++;
            }
            catch (StorageException error)
            {
                Assert.Contains("The script says", error.Message);
                failures++;
            }

            Assert.Equal(0, pool.Rented);
        }

        Assert.True(answers > scripts / 20 && failures > scripts / 20, $"{answers} answers, {failures} failures");
    }

    /// <summary>Two executions, so that the second one finds what the first left in the cache.</summary>
    private static async Task<Int128[]> AnswerAsync(IFileDevices devices, BufferPool pool, long cacheBytes, Catalog catalog, LoadedProgram program)
    {
        using BufferCache cache = new(pool, cacheBytes);
        using ReactorGroup reactors = new(devices, pool, cache, new ReactorOptions { Count = 2 });
        Int128[] first = await RunAsync();
        Assert.Equal(first, await RunAsync());
        return first;

        async Task<Int128[]> RunAsync()
        {
            ExecutionAnswer answer = await new QueryExecution(catalog, reactors, program, catalog.Open("lineitem"), NoParameters)
                .RunAsync(2, CancellationToken.None);
            return [.. answer.Results.Select(result => result.Value)];
        }
    }
}

using System.Diagnostics;
using NearData.Engine.Datasets;
using NearData.Engine.Execution;
using NearData.Engine.Programs;
using NearData.Storage;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Buffers of reactors that have nothing to do.</summary>
public sealed class IdleMemoryTests : IDisposable
{
    private const string Sum =
        """
        #include <neardata.h>
        struct row { __s64 x; };
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r) { result.total += r->x; return 0; }
        """;

    private const int Groups = 3;
    private const int Rows = 400_000;
    private const int HugePage = 2 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ServedFolder _folder = new();
    private readonly Catalog _catalog;
    private readonly long _total;

    public IdleMemoryTests()
    {
        _catalog = new Catalog(new ServedRoot(_folder.Path));
        Random random = new(11);
        long?[] x = [.. Enumerable.Range(0, Rows).Select(_ => (long?)random.NextInt64(1L << 40))];
        _folder.Write("d.parquet", Groups, ("x", x));
        _total = Groups * x.Sum()!.Value;
    }

    public void Dispose() => _folder.Dispose();

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(FileReading.PageCache)]
    [InlineData(FileReading.Direct)]
    public async Task A_node_without_work_gives_its_buffers_back_and_reads_again_afterwards(FileReading reading)
    {
        using TestReadPath path = new(new FileDevices(reading, _ => { }), reactors: 2);
        using LoadedProgram program = LoadedProgram.Load(Clang.Compile(Sum));
        for (int round = 0; round < 3; round++)
        {
            using QueryExecution execution = new(_catalog, path.Reactors, program, _catalog.Open("d"), new Dictionary<string, Int128>());
            ExecutionAnswer answer = await execution.RunAsync(2, CancellationToken.None);

            Assert.Equal(_total, answer.Results.Single().Value);
            await UntilAsync(() => path.Pool.Mapped <= 2 * HugePage);
        }
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "The buffers are still there.");
            await Task.Delay(20);
        }
    }
}

using NearData.Client.Grpc;
using NearData.Client.Tests.Nodes;
using NearData.Client.Tests.Rows;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Client.Tests;

/// <summary>What goes between client and node, and what both do when things change.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private readonly NodeFixture _fixture = new();

    private string[] Calls => [.. _fixture.Node.Calls];

    public Task InitializeAsync() => _fixture.InitializeAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_program_that_the_node_forgot_is_loaded_again_once()
    {
        await _fixture.Dataset.CountAsync();
        _fixture.Node.ForgetPrograms();

        Assert.Equal(_fixture.Rows.Length, await _fixture.Dataset.CountAsync());
        Assert.Equal(["DescribeDataset", "LoadProgram", "Execute", "Execute", "LoadProgram", "Execute"], Calls);
    }

    [Fact]
    public async Task A_dataset_that_changed_is_described_again_and_the_query_made_anew()
    {
        await _fixture.Dataset.SumAsync(l => l.MaybeId);
        Item[] rows = [.. Items.Random(seed: 7, count: 10).Select(item => item with { MaybeId = item.Id })];
        _fixture.Node.Serve(System.Collections.Immutable.ImmutableArray.Create(rows).ToTable() with { Version = "2" });

        Assert.Equal((decimal)rows.Sum(l => l.MaybeId)!, await _fixture.Dataset.SumAsync(l => l.MaybeId));
        Assert.Equal(
            ["DescribeDataset", "LoadProgram", "Execute", "Execute", "DescribeDataset", "LoadProgram", "Execute"], Calls);
    }

    [Fact]
    public async Task A_dataset_that_is_not_there_fails_with_the_nodes_code()
    {
        NearDataRpcException thrown = await Assert.ThrowsAsync<NearDataRpcException>(() => _fixture.Client.Dataset<Item>("nowhere").CountAsync());

        Assert.True(thrown.Is(ErrorCode.DatasetNotFound));
        Assert.Contains("No dataset 'nowhere'.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_that_ends_without_an_answer_is_the_nodes_fault()
    {
        _fixture.Node.Serve(_fixture.Rows.ToTable("silent"));

        NearDataRpcException thrown = await Assert.ThrowsAsync<NearDataRpcException>(() => _fixture.Client.Dataset<Item>("silent").CountAsync());

        Assert.True(thrown.Is(ErrorCode.ProtocolViolation));
    }

    [Fact]
    public async Task An_observer_sees_the_program_the_progress_and_the_answer()
    {
        List<string> seen = [];
        QueryObserver observer = new()
        {
            Loaded = program => seen.Add($"{string.Join('+', program.Programs.Select(part => part.Section))}: {string.Join(',', program.Results.Select(field => field.Name))}"),
            Executing = planned => seen.Add($"{planned.Last.Dataset} after {planned.Options.Before.Length} stages, by {planned.Last.Program.Id.Length} digits"),
            Progress = new ProgressSink(progress => seen.Add($"of {progress.RowsTotal}")),
            Answered = answer => seen.Add($"{answer.Counters.RowsScanned} scanned, {answer["rows"]} counted"),
        };

        int count = await _fixture.Dataset.Where(l => l.Flag).Observe(observer).CountAsync();

        Assert.Equal(["filter+reduce: rows", "items after 0 stages, by 64 digits", "of 300", $"300 scanned, {count} counted"], seen);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task An_object_of_clang_is_loaded_and_executed_with_parameters_by_name()
    {
        byte[] elf = Clang.Compile("""
            #include <neardata.h>
            struct items { __s32 Id; __u8 tiny; };
            const volatile __s32 least; const volatile __u8 tiny;
            struct { __s64 sum ND_SUM; __s32 most ND_MAX; } result SEC(".bss.results");
            SEC("filter") int keep(const struct items *r) { return r->Id >= least && r->tiny == tiny; }
            SEC("reduce") int add(const struct items *r)
            { result.sum += r->Id; if (result.most < r->Id) result.most = r->Id; return 0; }
            """);
        LoadedProgram program = await _fixture.Client.LoadAsync(elf, "items");

        ExecutionAnswer answer = await program.ExecuteAsync("items", new Dictionary<string, Int128> { ["least"] = -5, ["tiny"] = 3 });

        Item[] kept = [.. _fixture.Rows.Where(l => l.Id >= -5 && l.Tiny == 3)];
        Assert.Equal(kept.Sum(l => l.Id), answer["sum"]);
        Assert.Equal(kept.Max(l => l.Id), answer["most"]);
        Assert.Equal(Merge.Max, answer.Results[1].Merge);
        ArgumentException thrown = await Assert.ThrowsAsync<ArgumentException>(
            () => program.ExecuteAsync("items", new Dictionary<string, Int128> { ["least"] = 0, ["tiny"] = -1 }));
        Assert.Equal("Parameter 'tiny' is an unsigned integer that can't be -1.", thrown.Message);
    }

    [Fact]
    public async Task Datasets_are_listed_and_described()
    {
        Assert.Equal(["empty", "extreme", "items", "vast"], (await _fixture.Client.ListDatasetsAsync()).Select(dataset => dataset.Name).Order());
        Assert.Equal("l_price", (await _fixture.Client.DescribeDatasetAsync("items")).Columns[7].Name);
    }

    [Fact]
    public async Task A_range_comes_in_pieces_and_is_complete_or_an_error()
    {
        List<byte> bytes = [];
        await foreach (ReadOnlyMemory<byte> piece in _fixture.Client.ReadRangeAsync("items", "a.parquet", offset: 10, length: 240))
        {
            bytes.AddRange(piece.Span);
        }

        Assert.Equal(Enumerable.Range(10, 240).Select(index => (byte)index), bytes);
        NearDataRpcException thrown = await Assert.ThrowsAsync<NearDataRpcException>(
            async () => await _fixture.Client.ReadRangeAsync("items", "short", 0, 240).LastAsync());
        Assert.Contains("The node sent 120 bytes of short instead of 240.", thrown.Message, StringComparison.Ordinal);
    }

    private sealed class ProgressSink(Action<Progress> report) : IProgress<Progress>
    {
        public void Report(Progress value) => report(value);
    }
}

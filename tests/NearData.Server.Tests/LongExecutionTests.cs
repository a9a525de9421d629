using System.Net;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Server.Tests;

/// <summary>What ends an execution before its answer also ends it at the node: its one place is free again.</summary>
public sealed class LongExecutionTests : IAsyncLifetime
{
    private const int Rows = 1_000_000;
    private const int Groups = 400;

    // Work for each record that nothing proves away: without it the node is through with all of them before a deadline can pass.
    private const string Source =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        const volatile __s64 least;
        struct { __s64 total ND_SUM; __u64 bits ND_OR; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= least; }
        SEC("reduce") int add(const struct row *r)
        {
            __u64 mixed = r->y;
            for (int i = 0; i < 200; i++) mixed = (mixed ^ (mixed >> 7)) * 6364136223846793005ULL + i;
            result.total += r->y;
            result.bits |= mixed;
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private NodeHost? _node;

    private NodeHost Node => _node!;

    public async Task InitializeAsync()
    {
        // Every value is the same, so hundreds of millions of rows take a few kilobytes.
        long[] values = new long[Rows];
        _folder.Write("long/a.parquet", [ParquetColumn.Int64("x"), ParquetColumn.Int64("y")], Rows, Groups, (writer, column) => writer.Write<long>(column, values));
        _folder.Write("short.parquet", 1, ("x", [0]), ("y", [42]));
        _node = await NodeHost.StartAsync(new NodeOptions
        {
            Root = _folder.Path,
            Endpoint = new IPEndPoint(IPAddress.Loopback, 0),
            MaxExecutions = 1,
            MaxWaiting = 1,
            ProgressInterval = TimeSpan.FromMilliseconds(5),
        });
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        _folder.Dispose();
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Cancelling_after_the_first_progress_stops_the_node()
    {
        using NearDataClient client = NearDataClient.Connect(Node.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(Source));
        using CancellationTokenSource cancel = new();
        FirstProgress progress = new(cancel.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => program.ExecuteAsync("long", Least(0), progress, cancellationToken: cancel.Token));

        Assert.InRange(progress.Seen!.RowsScanned, 0u, (ulong)Rows * Groups - 1);
        await AssertPlaceIsFreeAsync(program);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_deadline_stops_the_node_and_has_its_own_code()
    {
        using NearDataClient client = NearDataClient.Connect(Node.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(Source));
        using GrpcConnection hasty = new(Node.Address);
        ExecuteRequest request = new() { ProgramId = program.Id, Dataset = "long", Parameters = { new Parameter { Name = "least", Signed = 0 } } };

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(async () =>
        {
            await foreach (ExecuteEvent _ in hasty.StreamAsync(NearDataMethods.Execute, request, new GrpcCallOptions(TimeSpan.FromMilliseconds(150))))
            {
            }
        });

        Assert.Equal(ErrorCode.DeadlineExceeded.Name, error.ErrorCode);
        await AssertPlaceIsFreeAsync(program);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task More_executions_than_may_wait_are_refused_at_once()
    {
        using NearDataClient client = NearDataClient.Connect(Node.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(Source));
        using CancellationTokenSource cancel = new();
        TaskCompletionSource started = new();
        Task running = program.ExecuteAsync("long", Least(0), new FirstProgress(() => started.TrySetResult()), cancellationToken: cancel.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30));

        // One runs, one may wait: of two more, one is too many.
        Task[] more = [program.ExecuteAsync("long", Least(0), cancellationToken: cancel.Token), program.ExecuteAsync("long", Least(0), cancellationToken: cancel.Token)];
        NearDataRpcException refused = await Assert.ThrowsAsync<NearDataRpcException>(() => Task.WhenAny(more).Unwrap());

        Assert.Equal(ErrorCode.Overloaded.Name, refused.ErrorCode);
        Assert.True(refused.IsTransient);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private static Dictionary<string, Int128> Least(int value) => new(StringComparer.Ordinal) { ["least"] = value };

    private static async Task AssertPlaceIsFreeAsync(LoadedProgram program) =>
        Assert.Equal(42, (await program.ExecuteAsync("short", Least(0)).WaitAsync(TimeSpan.FromMinutes(1)))["total"]);

    private sealed class FirstProgress(Action act) : IProgress<Progress>
    {
        public Progress? Seen { get; private set; }

        public void Report(Progress value)
        {
            if (Seen is null)
            {
                Seen = value;
                act();
            }
        }
    }
}

using System.Net;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.V1;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Server.Tests;

/// <summary><c>Execute</c> as clients see it: answers, and each way to fail with its code and message.</summary>
public sealed class ExecuteTests(NodeFixture node) : IClassFixture<NodeFixture>
{
    private static readonly Dictionary<string, Int128> LeastIs900 = new(StringComparer.Ordinal) { ["least"] = 900 };

    [FactNeeding(Needs.Clang19)]
    public async Task A_program_is_loaded_and_executed_with_its_parameters()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "numbers");

        ExecutionAnswer answer = await program.ExecuteAsync("numbers", LeastIs900);

        Assert.Equal(["keep", "add"], program.Programs.Select(row => row.Name));
        Assert.Equal([["x"], ["y"]], program.Programs.Select(row => row.Columns));
        Assert.All(program.Programs, row => Assert.InRange(row.WorstCaseInstructions, 1u, row.Instructions));
        Assert.Equal(4 * Enumerable.Range(900, 100).Sum(), answer["total"]);
        Assert.Equal(400, answer["rows"]);
        Assert.Equal(4000u, answer.Counters.RowsScanned);
        Assert.Equal(400u, answer.Counters.RowsKept);
        Assert.Equal(4u, answer.Counters.RowGroups);
        Assert.Equal(["x", "y"], answer.Counters.ColumnsRead);
        Assert.InRange(answer.Counters.BytesReturned, 1u, 1000u);
        Assert.InRange(answer.Counters.DeviceBytesRead, 1u, (ulong)new FileInfo(Path.Combine(node.Folder.Path, "numbers/a.parquet")).Length);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task An_untrusted_tenant_gets_the_same_answer()
    {
        await using NodeHost guarding = await NodeHost.StartAsync(
            new NodeOptions { Root = node.Folder.Path, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), UntrustedTenants = [NodeOptions.EveryTenant] });
        await using NearDataClient client = NearDataClient.Connect(guarding.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "numbers");

        ExecutionAnswer answer = await program.ExecuteAsync("numbers", LeastIs900);

        Assert.Equal(4 * Enumerable.Range(900, 100).Sum(), answer["total"]);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Maps_that_grow_too_large_in_memory_are_refused_by_name()
    {
        // 40 million bytes, each of which takes eight.
        const string source =
            """
            #include <neardata.h>
            struct row { __s64 x; };
            struct { __uint(type, 2); __type(key, __u32); __type(value, __u8); __uint(max_entries, 40000000); } flags SEC(".maps");
            SEC("filter") int keep(const struct row *r)
            {
                __u32 key = r->x;
                __u8 *flag = bpf_map_lookup_elem(&flags, &key);
                return flag && *flag;
            }
            """;
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(source));

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("numbers"));

        NodeFailure.Expect(error, ErrorCode.ProgramRejected, "flags", "40000000");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_missing_unknown_or_impossible_parameter_is_named()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource));

        NodeFailure.Expect(await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("numbers")), ErrorCode.ParameterMissing, "least");
        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("numbers", new Dictionary<string, Int128>(LeastIs900, StringComparer.Ordinal) { ["most"] = 1 })),
            ErrorCode.ParameterInvalid,
            "most");
    }

    [Fact]
    public async Task A_program_that_was_never_loaded_is_not_found()
    {
        using GrpcConnection connection = new(node.Address);

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(async () =>
        {
            await foreach (ExecuteEvent _ in connection.StreamAsync(NearDataMethods.Execute, new ExecuteRequest { ProgramId = "beef", Dataset = "numbers" }))
            {
            }
        });

        NodeFailure.Expect(error, ErrorCode.ProgramNotFound, "beef");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_dataset_that_changed_since_it_was_described_is_told_from_the_one_that_was_meant()
    {
        node.Folder.Write("moving/a.parquet", 1, ("x", [1]), ("y", [1]));
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "moving");
        string version = (await node.Client.DescribeDatasetAsync("moving")).Version;
        node.Folder.Write("moving/a.parquet", 1, ("x", [1, 2]), ("y", [1, 2]));

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("moving", LeastIs900, datasetVersion: version));

        NodeFailure.Expect(error, ErrorCode.DatasetChanged, "'moving'", version);
        Assert.Equal(3, (await program.ExecuteAsync("moving", new Dictionary<string, Int128>(StringComparer.Ordinal) { ["least"] = 0 }))["total"]);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_corrupt_page_is_corrupt_data_that_names_file_and_offset()
    {
        // With values that the filter keeps: a row group that its statistics rule out isn't read.
        long?[] values = [.. Enumerable.Range(500, 500).Select(i => (long?)i)];
        node.Folder.Write("rotten/a.parquet", 1, ("x", values), ("y", values));
        string path = Path.Combine(node.Folder.Path, "rotten/a.parquet");
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "rotten");
        using (FileStream file = File.OpenWrite(path))
        {
            file.Position = 4; // The first page's header, after the magic number.
            file.Write(new byte[12]);
        }

        NodeFailure.Expect(
            await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("rotten", LeastIs900)),
            ErrorCode.DataCorrupt,
            "a.parquet");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_wrong_value_of_a_text_file_is_corrupt_data_that_names_line_and_column()
    {
        // Behind what types are inferred from.
        string lines = string.Concat(Enumerable.Repeat("950,1\n", 200_000));
        await File.WriteAllTextAsync(Path.Combine(node.Folder.Path, "typo.csv"), $"x,y\n{lines}95O,1\n");
        try
        {
            LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "typo");

            NodeFailure.Expect(
                await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("typo", LeastIs900)),
                ErrorCode.DataCorrupt,
                "typo.csv, line 200002, offset 1200004: Column 'x' has '95O', which is no INT64");
        }
        finally
        {
            File.Delete(Path.Combine(node.Folder.Path, "typo.csv"));
        }
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Many_executions_at_once_all_answer_right()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "numbers");

        ExecutionAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => program.ExecuteAsync(
            "numbers", new Dictionary<string, Int128>(StringComparer.Ordinal) { ["least"] = i })));

        Assert.Equal(Enumerable.Range(0, 64).Select(i => (Int128)(4 * (1000 - i))), answers.Select(answer => answer["rows"]));
    }
}

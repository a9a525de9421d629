using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Client.Grpc;
using NearData.Contracts;
using NearData.Contracts.Grpc;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.TestSupport;
using Int128 = System.Int128;

namespace NearData.Server.Tests;

/// <summary>The node as clients see it: answers, and each way to fail with its code and message.</summary>
public sealed class NodeTests(NodeFixture node) : IClassFixture<NodeFixture>
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
    public async Task An_execution_is_explained_and_analyzed()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "numbers");
        Dictionary<string, ParameterValue> parameters = new(StringComparer.Ordinal) { ["least"] = 900 };

        ExplainResponse planned = await program.ExplainAsync("numbers", parameters: parameters);
        ExplainResponse analyzed = await program.ExplainAsync("numbers", parameters: parameters, analyze: Analysis.Run);

        StageExplanation stage = Assert.Single(planned.Stages);
        Assert.Equal((4u, 4u, 0u), (stage.Parts.All, stage.Parts.Read, stage.Parts.Pruned));
        Assert.Equal(["x", "y"], stage.Columns.Select(column => column.Name));
        Assert.All(stage.Listed, part => Assert.Equal(new KnownRange { Column = "x", Minimum = "0", Maximum = "999" }, Assert.Single(part.Known)));
        Assert.Equal((null, false), (stage.Measure, planned.HasAnswerBytes));
        Assert.InRange(planned.PulledBytes, 1ul, (ulong)new FileInfo(Path.Combine(node.Folder.Path, "numbers/a.parquet")).Length);
        Assert.Equal((4000ul, 400ul), (analyzed.Stages[0].Measure.RowsScanned, analyzed.Stages[0].Measure.RowsKept));
        Assert.InRange(analyzed.AnswerBytes, 1ul, 1000ul);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task What_is_known_of_texts_and_doubles_is_told_as_it_is()
    {
        double[] numbers = [-1.5, 2.25];
        node.Folder.Write("kinds/a.parquet", [ParquetColumn.Text("name"), ParquetColumn.Double("number")], rows: 2, groups: 1, (writer, column) =>
        {
            if (column == 0)
            {
                ByteArrayBatch names = new();
                names.Add("pear");
                names.Add("apple");
                writer.WriteBytes(column, names);
            }
            else
            {
                writer.Write<double>(column, numbers);
            }
        });
        LoadedProgram program = await node.Client.LoadAsync(
            Clang.Compile(
                """
                #include <neardata.h>
                struct row { struct nd_str name; nd_f64 number; };
                SEC("filter") int keep(const struct row *r) { return nd_str_starts(r->name, ND_TEXT("b")) || nd_f64_lt(r->number, ND_F64(0.0)); }
                """),
            "kinds");

        PartExplanation part = Assert.Single((await program.ExplainAsync("kinds")).Stages[0].Listed);

        Assert.Equal(
            [new KnownRange { Column = "name", Minimum = "apple", Maximum = "pear" }, new KnownRange { Column = "number", Minimum = "-1.5", Maximum = "2.25", MayBeNan = true }],
            part.Known);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Pushing_down_is_weighed_against_pulling_over_a_network_of_a_given_rate()
    {
        long?[] numbers = [.. Enumerable.Range(0, 1000).Select(i => (long?)i)];
        node.Folder.Write("weighed/a.parquet", 1, ("x", numbers), ("y", numbers));
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "weighed");
        Dictionary<string, ParameterValue> parameters = new(StringComparer.Ordinal) { ["least"] = 900 };

        ExplainResponse usual = await program.ExplainAsync("weighed", parameters: parameters);
        ExplainResponse slow = await program.ExplainAsync("weighed", parameters: parameters, network: 8000);
        ExplainResponse fast = await program.ExplainAsync("weighed", parameters: parameters, analyze: Analysis.Run, network: (ulong)1e17);
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExplainAsync("weighed", parameters: parameters, network: ulong.MaxValue));

        Assert.Equal(10_000_000_000ul, usual.Offload.NetworkBitsPerSecond);
        // Of 8,000 bits a second each byte takes a millisecond.
        Assert.Equal(slow.PulledBytes * 1_000_000, slow.Offload.PullNanoseconds);
        Assert.Equal(Offload.Types.Verdict.Saves, slow.Offload.Verdict);
        Assert.Equal(Offload.Types.Verdict.Costs, fast.Offload.Verdict);
        Assert.Equal((fast.AnswerBytes, fast.AnswerBytes), (fast.Offload.LeastAnswerBytes, fast.Offload.MostAnswerBytes));
        AssertFailed(error, ErrorCode.InvalidArgument, ulong.MaxValue.ToString(CultureInfo.InvariantCulture));
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

    [Fact]
    public async Task Datasets_are_listed_and_described()
    {
        IReadOnlyList<DatasetSummary> datasets = await node.Client.ListDatasetsAsync();
        DescribeDatasetResponse description = await node.Client.DescribeDatasetAsync("numbers");

        Assert.Contains(datasets, dataset => dataset is { Name: "numbers", Rows: 4000, Files: 1 });
        Assert.Equal(["x", "y"], description.Columns.Select(column => column.Name));
        Assert.Equal(new ColumnRange { Minimum = 0, Maximum = 999 }, description.Columns[0].Range);
        Assert.Equal(new DatasetFile { Name = "a.parquet", Rows = 4000, RowGroups = 4, Bytes = description.Files[0].Bytes }, description.Files.Single());
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(4, 0)]
    [InlineData(100, 12_345)]
    public async Task A_range_of_a_file_comes_back_byte_for_byte(int offset, int length)
    {
        byte[] file = await File.ReadAllBytesAsync(Path.Combine(node.Folder.Path, "numbers/a.parquet"));
        length = Math.Min(length, file.Length - offset);
        List<byte> received = [];
        await foreach (ReadOnlyMemory<byte> piece in node.Client.ReadRangeAsync("numbers", "a.parquet", offset, length))
        {
            received.AddRange(piece.Span);
        }

        Assert.Equal(file[offset..(offset + length)], received);
    }

    [Fact]
    public async Task A_range_beyond_the_file_is_refused_with_both_numbers()
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => ReadAsync("numbers", "a.parquet", 1 << 20, 10));

        AssertFailed(error, ErrorCode.InvalidArgument, "1048576", "a.parquet");
    }

    [Theory]
    [InlineData("../numbers")]
    [InlineData("..")]
    [InlineData("numbers/a.parquet")]
    [InlineData("/etc")]
    public async Task A_name_that_leads_out_of_the_root_is_refused(string name)
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync(name));

        AssertFailed(error, ErrorCode.PathRefused, name);
    }

    [Fact]
    public async Task A_link_that_leads_out_of_the_root_is_refused()
    {
        using ServedFolder outside = new();
        outside.Write("secret.parquet", 1, ("x", [1]));
        string link = Path.Combine(node.Folder.Path, "linked.parquet");
        File.CreateSymbolicLink(link, Path.Combine(outside.Path, "secret.parquet"));
        try
        {
            NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("linked"));

            AssertFailed(error, ErrorCode.PathRefused, "linked.parquet");
        }
        finally
        {
            File.Delete(link);
        }
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

        AssertFailed(error, ErrorCode.ProgramRejected, "flags", "40000000");
    }

    [Fact]
    public async Task A_file_that_the_dataset_does_not_have_is_named()
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => ReadAsync("numbers", "../numbers/a.parquet", 0, 1));

        AssertFailed(error, ErrorCode.DatasetNotFound, "'numbers/../numbers/a.parquet'");
    }

    [Fact]
    public async Task An_unknown_dataset_is_named() =>
        AssertFailed(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("nothing")),
            ErrorCode.DatasetNotFound,
            "There is no dataset 'nothing'.");

    [Fact]
    public async Task Bytes_that_are_no_ELF_are_refused_where_they_stop_being_one() =>
        AssertFailed(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync("this is not an object"u8.ToArray())),
            ErrorCode.NotAnObject,
            "ELF");

    [FactNeeding(Needs.Clang19)]
    public async Task A_program_that_can_not_be_proven_safe_is_refused_with_its_source_line()
    {
        const string source =
            """
            #include <neardata.h>
            struct row { __s64 x; };
            SEC("filter") int keep(const struct row *r)
            {
                return ((const __s64 *)r)[7] != 0;
            }
            """;

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(source)));

        AssertFailed(error, ErrorCode.ProgramRejected, "program.c:5", "56", "no-such-field", "hint: ", "how it comes to that");
        ProgramRejection rejection = error.Details!.Rejection;
        Assert.Equal(("no-such-field", "keep", 5U), (rejection.Code, rejection.Program, rejection.Line.Line));
        Assert.EndsWith("program.c", rejection.Line.File, StringComparison.Ordinal);
        Assert.Contains("return ((const __s64 *)r)[7] != 0;", rejection.Line.Text, StringComparison.Ordinal);
        Assert.Contains(rejection.Reason, error.Detail, StringComparison.Ordinal);
        Assert.Contains("56", rejection.Reason, StringComparison.Ordinal);
        Assert.Contains($"hint: {rejection.Hint}.", error.Detail, StringComparison.Ordinal);
        KnownValue subject = Assert.Single(rejection.Subject);
        Assert.Equal(("r1", true), (subject.Name, subject.Value.Contains("the row", StringComparison.Ordinal)));
        Assert.Equal(rejection.Instruction, rejection.Slice[^1].Instruction);
        Assert.Contains("+ 0x38)", rejection.Slice[^1].Text, StringComparison.Ordinal);
        Assert.False(rejection.SliceIsCut);
    }

    [Fact]
    public async Task Other_failures_have_a_code_and_words_only() =>
        Assert.Null((await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("nothing"))).Details);

    [FactNeeding(Needs.Clang19)]
    public async Task A_missing_column_is_known_when_a_program_is_loaded_for_a_dataset() =>
        AssertFailed(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource.Replace("y;", "z;", StringComparison.Ordinal).Replace("r->y", "r->z", StringComparison.Ordinal)), "numbers")),
            ErrorCode.ColumnMissing,
            "Field 'z' of struct row has no column: dataset 'numbers' has x, y.");

    [FactNeeding(Needs.Clang19)]
    public async Task A_field_too_narrow_for_its_column_is_refused_with_both_types() =>
        AssertFailed(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource.Replace("__s64 x, y;", "__s64 x; __s32 y;", StringComparison.Ordinal)), "numbers")),
            ErrorCode.ColumnTypeMismatch,
            "Field 'y' of struct row is __s32, but column 'y' of dataset 'numbers' is INT64");

    [FactNeeding(Needs.Clang19)]
    public async Task A_nullable_column_bound_to_a_plain_field_is_refused()
    {
        node.Folder.Write("gaps/a.parquet", 1, ("x", [1, null]), ("y", [1, 2]));

        AssertFailed(
            await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "gaps")),
            ErrorCode.ColumnNullable,
            "ND_NULLABLE(__s64)");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_missing_unknown_or_impossible_parameter_is_named()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource));

        AssertFailed(await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("numbers")), ErrorCode.ParameterMissing, "least");
        AssertFailed(
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

        AssertFailed(error, ErrorCode.ProgramNotFound, "beef");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_dataset_that_changed_since_it_was_described_is_told_from_the_one_that_was_meant()
    {
        node.Folder.Write("moving/a.parquet", 1, ("x", [1]), ("y", [1]));
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "moving");
        string version = (await node.Client.DescribeDatasetAsync("moving")).Version;
        node.Folder.Write("moving/a.parquet", 1, ("x", [1, 2]), ("y", [1, 2]));

        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("moving", LeastIs900, datasetVersion: version));

        AssertFailed(error, ErrorCode.DatasetChanged, "'moving'", version);
        Assert.Equal(3, (await program.ExecuteAsync("moving", new Dictionary<string, Int128>(StringComparer.Ordinal) { ["least"] = 0 }))["total"]);
    }

    [Fact]
    public async Task A_truncated_file_is_corrupt_data_that_names_the_file()
    {
        byte[] whole = await File.ReadAllBytesAsync(Path.Combine(node.Folder.Path, "numbers/a.parquet"));
        Directory.CreateDirectory(Path.Combine(node.Folder.Path, "cut"));
        await File.WriteAllBytesAsync(Path.Combine(node.Folder.Path, "cut/short.parquet"), whole[..^9]);
        try
        {
            NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.DescribeDatasetAsync("cut"));

            AssertFailed(error, ErrorCode.DataCorrupt, "short.parquet");
        }
        finally
        {
            Directory.Delete(Path.Combine(node.Folder.Path, "cut"), recursive: true);
        }
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

        AssertFailed(
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

            AssertFailed(
                await Assert.ThrowsAsync<NearDataRpcException>(() => program.ExecuteAsync("typo", LeastIs900)),
                ErrorCode.DataCorrupt,
                "typo.csv, line 200002, offset 1200004: Column 'x' has '95O', which is no INT64");
        }
        finally
        {
            File.Delete(Path.Combine(node.Folder.Path, "typo.csv"));
        }
    }

    [Fact]
    public async Task An_object_beyond_the_message_limit_is_refused_with_the_limit()
    {
        NearDataRpcException error = await Assert.ThrowsAsync<NearDataRpcException>(() => node.Client.LoadAsync(new byte[(16 << 20) + 1]));

        AssertFailed(error, ErrorCode.MessageTooLarge, "16777216");
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Many_executions_at_once_all_answer_right()
    {
        LoadedProgram program = await node.Client.LoadAsync(Clang.Compile(NodeFixture.SumSource), "numbers");

        ExecutionAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => program.ExecuteAsync(
            "numbers", new Dictionary<string, Int128>(StringComparer.Ordinal) { ["least"] = i })));

        Assert.Equal(Enumerable.Range(0, 64).Select(i => (Int128)(4 * (1000 - i))), answers.Select(answer => answer["rows"]));
    }

    private static void AssertFailed(NearDataRpcException error, ErrorCode code, params string[] parts)
    {
        Assert.Equal(code.Name, error.ErrorCode);
        Assert.Equal(code.Status, error.Status);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    private async Task ReadAsync(string dataset, string file, long offset, long length)
    {
        await foreach (ReadOnlyMemory<byte> _ in node.Client.ReadRangeAsync(dataset, file, offset, length))
        {
        }
    }
}

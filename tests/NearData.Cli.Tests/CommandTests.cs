using System.Diagnostics;
using System.Text.Json;
using NearData.Client;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary>The commands as users call them: output, errors and exit codes.</summary>
public sealed class CommandTests : IDisposable
{
    private const string Source =
        """
        #include <neardata.h>
        struct row { __s64 x; __s32 day; };
        const volatile __s32 from;
        struct { __s64 total ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->day >= from; }
        SEC("reduce") int add(const struct row *r) { result.total += r->x; return 0; }
        """;

    private readonly ServedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Run_compiles_C_executes_it_in_process_and_prints_results_as_JSON()
    {
        WriteDays();

        CommandResult run = await NearDataCommand.RunAsync(
            "run", WriteSource(Source), "--root", _folder.Path, "--dataset", "days", "--param", "from=1970-01-03", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("120", run.Json.GetProperty("results")[0].GetProperty("value").GetString());
        Assert.Equal(4, run.Json.GetProperty("counters").GetProperty("rows_scanned").GetInt32());
        Assert.Equal(2, run.Json.GetProperty("counters").GetProperty("rows_kept").GetInt32());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Explain_says_in_a_sentence_whether_pushing_down_saves_or_costs_and_why()
    {
        WriteDays();
        string[] explain = ["explain", WriteSource(Source), "--root", _folder.Path, "--dataset", "days", "--param", "from=1970-01-03"];

        CommandResult slow = await NearDataCommand.RunAsync([.. explain, "--network", "8Kbit"]);
        CommandResult fast = await NearDataCommand.RunAsync([.. explain, "--network", "1000 Tbit/s", "--analyze", "--json"]);
        CommandResult unread = await NearDataCommand.RunAsync([.. explain[..^1], "from=2000-01-01"]);
        CommandResult wrong = await NearDataCommand.RunAsync([.. explain, "--network", "fast"]);

        Assert.Matches(
            @"pushing down saves [\d.]+ ms: pulling \d+ B over 8 Kbit/s would take [\d.]+ ms; scanning here takes [\d.]+ µs of one core, and 32 B leave the node\.",
            slow.Output);
        JsonElement offload = fast.Json.GetProperty("offload");
        Assert.Equal("costs", offload.GetProperty("verdict").GetString());
        Assert.StartsWith("pushing down costs ", offload.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1_000_000_000_000_000, offload.GetProperty("network_bits_per_second").GetInt64());
        Assert.Contains("nothing is read: what the files say of their data is the answer", unread.Output);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("--network takes a rate such as 10Gbit or 800Mbit, not 'fast'", wrong.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Run_prints_groups_in_order_and_looks_those_of_an_earlier_stage_up()
    {
        WriteDays();
        string grouping = WriteSource(
            """
            #include <neardata.h>
            struct row { __s64 x; __s32 day; };
            struct total { __s64 total ND_SUM; };
            ND_GROUPS(by_day, __s32, struct total, 100);
            SEC("reduce") int add(const struct row *r) { __s32 day = r->day; nd_group(&by_day, &day)->total += r->x; return 0; }
            """, "grouping.c");
        string looking = WriteSource(
            """
            #include <neardata.h>
            struct row { __s64 x; __s32 day; };
            const volatile __s32 from;
            struct total { __s64 total ND_SUM; };
            ND_FROZEN_GROUPS(by_day, __s32, struct total);
            struct { __s64 products ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return r->day >= from; }
            SEC("reduce") int add(const struct row *r)
            {
                __s32 day = r->day;
                struct total *total = bpf_map_lookup_elem(&by_day, &day);
                if (total) result.products += total->total * r->x;
                return 0;
            }
            """, "looking.c");

        CommandResult text = await NearDataCommand.RunAsync("run", grouping, "--root", _folder.Path, "--dataset", "days", "--order-by", "total:desc", "--limit", "1");
        CommandResult json = await NearDataCommand.RunAsync("run", grouping, "--root", _folder.Path, "--dataset", "days", "--order-by", "by_day.key", "--json");
        CommandResult staged = await NearDataCommand.RunAsync(
            "run", looking, "--before", $"{grouping}:days", "--root", _folder.Path, "--dataset", "days", "--param", "from=0", "--json");
        CommandResult unknown = await NearDataCommand.RunAsync("run", grouping, "--root", _folder.Path, "--dataset", "days", "--order-by", "nothing");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("by_day: 1 groups", text.Output);
        JsonElement[] rows = [.. json.Json.GetProperty("groups")[0].GetProperty("rows").EnumerateArray()];
        Assert.True(rows.Length > 1);
        long[] keys = [.. rows.Select(row => long.Parse(row.GetProperty("key").GetString()!))];
        Assert.Equal(keys.Order(), keys);
        long[] totals = [.. rows.Select(row => long.Parse(row.GetProperty("total").GetString()!))];
        Assert.Equal($"{totals.Sum(total => total * total)}", staged.Json.GetProperty("results")[0].GetProperty("value").GetString());
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("--order-by 'nothing' names no column of groups; there are by_day.key, by_day.total.", unknown.Error);
    }

    [Fact]
    public async Task Inspect_shows_the_layout_of_a_file_to_people_and_machines()
    {
        WriteDays();
        string path = Directory.EnumerateFiles(_folder.Path, "*.parquet", SearchOption.AllDirectories).First();

        CommandResult text = await NearDataCommand.RunAsync("inspect", path);
        CommandResult json = await NearDataCommand.RunAsync("inspect", path, "--json");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("row group 0:", text.Output);
        JsonElement chunk = json.Json.GetProperty("row_groups")[0].GetProperty("chunks")[0];
        Assert.Equal("x", chunk.GetProperty("path").GetString());
        Assert.Equal(4, chunk.GetProperty("offset").GetInt64());
        Assert.Contains("Rle", chunk.GetProperty("encodings").EnumerateArray().Select(encoding => encoding.GetString()));
    }

    [Fact]
    public async Task Inspect_shows_what_a_text_file_is_taken_for()
    {
        string path = Path.Combine(_folder.Path, "prices.csv");
        await File.WriteAllTextAsync(path, "day;price\n2020-01-01;2.5\n2020-01-02;\n");
        CommandResult inferred = await NearDataCommand.RunAsync("inspect", path, "--json");
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "prices.schema.json"), """{"columns": [{"name": "day", "type": "DATE"}, {"name": "price", "type": "DECIMAL(9,2)"}]}""");
        CommandResult given = await NearDataCommand.RunAsync("inspect", path);
        await File.WriteAllTextAsync(path, "day;price\n\"2020-01-01\" ;2.5\n");
        CommandResult wrong = await NearDataCommand.RunAsync("inspect", path);

        Assert.Equal(";", inferred.Json.GetProperty("delimiter").GetString());
        Assert.Equal(["DATE", "DOUBLE"], inferred.Json.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("type").GetString()));
        Assert.Equal((0, ""), (given.ExitCode, given.Error));
        Assert.Contains("schema file prices.schema.json", given.Output);
        Assert.Contains("DECIMAL(9,2)", given.Output);
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Output));
        Assert.Contains("data-corrupt", wrong.Error);
    }

    [Fact]
    public async Task Inspect_says_what_is_wrong_with_a_file_that_is_not_Parquet()
    {
        string path = Path.Combine(_folder.Path, "text.parquet");
        await File.WriteAllTextAsync(path, "This is some text, not Parquet.");

        CommandResult run = await NearDataCommand.RunAsync("inspect", path);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("data-corrupt", run.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Run_prints_a_table_for_a_person()
    {
        WriteDays();

        CommandResult run = await NearDataCommand.RunAsync("run", WriteSource(Source), "--root", _folder.Path, "--dataset", "days", "--param", "from=1");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("total", run.Output);
        Assert.Contains("140", run.Output);
        Assert.Contains("4 rows scanned, 3 kept", run.Output);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_failed_run_names_its_code_on_standard_error_and_exits_with_1()
    {
        WriteDays();

        CommandResult run = await NearDataCommand.RunAsync("run", WriteSource(Source), "--root", _folder.Path, "--dataset", "nights", "--json");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Equal("dataset-not-found", JsonDocument.Parse(run.Error).RootElement.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("from")]
    [InlineData("=1")]
    public async Task A_parameter_that_is_no_value_is_refused_with_its_text(string parameter)
    {
        CommandResult run = await NearDataCommand.RunAsync("run", "x.o", "--root", _folder.Path, "--dataset", "d", "--param", parameter);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(parameter.Split('=')[^1], run.Error);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("from=yesterday", "Parameter 'from' is 'yesterday', which is no whole number")]
    [InlineData("until=1", "until")]
    public async Task A_parameter_that_the_program_can_t_be_given_is_refused_by_name(string parameter, string says)
    {
        WriteDays();

        CommandResult run = await NearDataCommand.RunAsync("run", WriteSource(Source), "--root", _folder.Path, "--dataset", "days", "--param", parameter);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(says, run.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Parameters_and_results_may_be_text_and_doubles()
    {
        WriteDays();
        string source = WriteSource(
            """
            #include <neardata.h>
            struct days { __s64 day; };
            const volatile char unit[8];
            const volatile nd_f64 factor;
            struct { nd_f64_sum total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct days *r) { (void)r; return nd_str_eq(ND_TEXT_OF(unit), ND_TEXT("day=1")); }
            SEC("reduce") int add(const struct days *r) { nd_sum_f64(&result.total, nd_f64_mul(factor, nd_f64_from_s64(2))); (void)r; return 0; }
            """);

        CommandResult run = await NearDataCommand.RunAsync(
            "run", source, "--root", _folder.Path, "--dataset", "days", "--param", "unit=day=1", "--param", "factor=1.25", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("10", run.Json.GetProperty("results")[0].GetProperty("value").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Verify_accepts_with_0_and_rejects_with_1_naming_line_and_reason()
    {
        CommandResult accepted = await NearDataCommand.RunAsync("verify", WriteSource(Source), "--json");
        CommandResult rejected = await NearDataCommand.RunAsync("verify", WriteSource(Source.Replace("return r->day >= from;", "return ((const char *)r)[99];", StringComparison.Ordinal)), "--json");

        Assert.Equal((0, 1), (accepted.ExitCode, rejected.ExitCode));
        Assert.All(accepted.Json.EnumerateArray(), verdict => Assert.True(verdict.GetProperty("accepted").GetBoolean()));
        JsonElement verdict = rejected.Json.EnumerateArray().Single(verdict => !verdict.GetProperty("accepted").GetBoolean());
        Assert.Equal("keep", verdict.GetProperty("program").GetString());
        Assert.Contains("source.c:5", verdict.GetProperty("message").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Verify_explains_one_program_with_hint_slice_and_log()
    {
        const string source = """
            struct context { unsigned data, data_end; };
            #define NAMED(name) __attribute__((section(name)))
            NAMED("xdp") int first(struct context *c) {
                char *data = (char *)(long)c->data;
                return data[13] + *(char *)(long)c->data_end;
            }
            NAMED("xdp") int second(struct context *c) { return 2; }
            """;
        string path = WriteSource(source);

        CommandResult one = await NearDataCommand.RunAsync("verify", path, "--program", "first", "--json", "--log");
        CommandResult all = await NearDataCommand.RunAsync("verify", path, "--program", "first", "--all");
        CommandResult other = await NearDataCommand.RunAsync("verify", path, "--program", "second");
        CommandResult none = await NearDataCommand.RunAsync("verify", path, "--program", "third");

        JsonElement verdict = Assert.Single(one.Json.EnumerateArray());
        JsonElement finding = Assert.Single(verdict.GetProperty("findings").EnumerateArray());
        Assert.Equal(("out-of-bounds", 5), (finding.GetProperty("code").GetString(), finding.GetProperty("line").GetProperty("line").GetInt32()));
        Assert.StartsWith("compare `data + 14` with `data_end` before this load", finding.GetProperty("hint").GetString(), StringComparison.Ordinal);
        Assert.Equal("packet", finding.GetProperty("slice")[0].GetProperty("after")[0].GetProperty("value").GetString()?.Split(' ')[3].TrimEnd(','));
        Assert.Contains("\"before\":[{\"name\":\"r1\"", one.Error, StringComparison.Ordinal);
        Assert.Equal(2, all.Output.Split("how it comes to that").Length - 1);
        Assert.Equal((1, 0, 1), (all.ExitCode, other.ExitCode, none.ExitCode));
        Assert.Contains("There is no program 'third'", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_of_something_else_than_an_object_says_so()
    {
        string path = Path.Combine(_folder.Path, "notes.o");
        await File.WriteAllTextAsync(path, "no object");

        CommandResult verify = await NearDataCommand.RunAsync("verify", path);

        Assert.Equal(1, verify.ExitCode);
        Assert.Contains("not-an-object", verify.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_prints_the_kernels_syntax_with_source_lines()
    {
        CommandResult disasm = await NearDataCommand.RunAsync("disasm", WriteSource(Source), "--section", "filter");

        Assert.Equal(0, disasm.ExitCode);
        Assert.Contains("keep in section filter", disasm.Output);
        Assert.Contains("; source.c:5: SEC(\"filter\") int keep", disasm.Output);
        Assert.Contains("exit", disasm.Output);
        Assert.DoesNotContain("in section reduce", disasm.Output);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Verify_asks_for_the_kind_of_a_program_in_a_section_of_an_unknown_name()
    {
        string path = WriteSource("__attribute__((section(\"xdp_root\"))) int run(int *ctx) { return ctx[4]; }");

        CommandResult asked = await NearDataCommand.RunAsync("verify", path, "--json");

        Assert.Equal(1, asked.ExitCode);
        Assert.Equal("KindUnknown", asked.Json[0].GetProperty("code").GetString());
        Assert.Contains("say it with --kind", asked.Json[0].GetProperty("message").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_names_functions_helpers_and_tags_of_any_object()
    {
        const string source = """
            static __attribute__((noinline)) int shared(int a) { return a * 31 + 7; }
            __attribute__((section("xdp"))) int entry(int *ctx) { return shared(ctx[4]); }
            __attribute__((section("other"))) int clock(void *ctx) { (void)ctx; return ((long (*)(void))5)(); }
            """;

        CommandResult disasm = await NearDataCommand.RunAsync("disasm", WriteSource(source), "--no-source");
        CommandResult withSource = await NearDataCommand.RunAsync("disasm", WriteSource(source), "--json");

        Assert.Equal((0, ""), (disasm.ExitCode, disasm.Error));
        Assert.Matches("entry in section xdp, tag [0-9a-f]{16} \\(before Linux 6.18: [0-9a-f]{16}\\)", disasm.Output);
        Assert.Contains("call shared", disasm.Output);
        Assert.Contains("\nshared:\n", disasm.Output);
        Assert.Contains("clock in section other", disasm.Output);
        Assert.Contains("call 0x5 ; bpf_ktime_get_ns", disasm.Output);
        Assert.DoesNotContain("source.c", disasm.Output);
        JsonElement first = withSource.Json[0].GetProperty("instructions")[0];
        Assert.Equal("entry", first.GetProperty("function").GetString());
        Assert.StartsWith("; source.c:2: ", first.GetProperty("source").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_shows_the_machine_code_of_each_compiled_method()
    {
        CommandResult disasm = await NearDataCommand.RunAsync("disasm", WriteSource(Source), "--native", "--json");

        Assert.Equal((0, ""), (disasm.ExitCode, disasm.Error));
        JsonElement[] methods = [.. disasm.Json.EnumerateArray()];
        Assert.Equal(["keep", "add", "add"], methods.Select(method => method.GetProperty("program").GetString()));
        Assert.All(methods, method =>
        {
            string[] instructions = [.. method.GetProperty("instructions").EnumerateArray().Select(line => line.GetProperty("text").GetString()!)];
            Assert.Contains("ret", instructions);
            Assert.DoesNotContain(instructions, text => text.Contains("(bad)", StringComparison.Ordinal));
        });
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_shows_row_programs_without_branches()
    {
        string source = WriteSource(Source);

        CommandResult disasm = await NearDataCommand.RunAsync("disasm", source, "--ir", "--json");
        CommandResult text = await NearDataCommand.RunAsync("disasm", source, "--ir");

        Assert.Equal((0, ""), (disasm.ExitCode, disasm.Error));
        JsonElement[] programs = [.. disasm.Json.EnumerateArray()];
        Assert.Equal(["keep", "add"], programs.Select(program => program.GetProperty("program").GetString()));
        Assert.All(programs, program => Assert.Equal(JsonValueKind.Null, program.GetProperty("obstacle").ValueKind));
        Assert.Contains("keep where ", text.Output);
        Assert.Contains(" sum += ", text.Output);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_shows_the_machine_code_of_called_functions_and_calls_them_by_name()
    {
        const string source = """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            static __attribute__((noinline)) __u64 inner(__u64 a) { return a * 31 + 7; }
            static __attribute__((noinline)) __u64 outer(__u64 a) { return inner(a) ^ (a << 3); }
            static long step(__u64 index, __u64 *sum) { *sum += index; return 0; }
            SEC("xdp") int run(struct xdp_md *ctx)
            {
                __u64 sum = ctx->rx_queue_index;
                bpf_loop(10, step, &sum, 0);
                return outer(sum) + outer(sum + 2);
            }
            """;

        CommandResult disasm = await NearDataCommand.RunAsync("disasm", WriteSource(source), "--native", "--json");
        CommandResult text = await NearDataCommand.RunAsync("disasm", WriteSource(source), "--native");

        Assert.Equal((0, ""), (disasm.ExitCode, disasm.Error));
        JsonElement[] methods = [.. disasm.Json.EnumerateArray()];
        Assert.Equal(
            ["inner", "outer", "step", null],
            methods.Select(method => method.GetProperty("function").GetString()).OrderBy(name => name is null).ThenBy(name => name, StringComparer.Ordinal));
        Assert.Contains("run.inner over a packet, ", text.Output);
        Assert.Matches("call +run.outer", text.Output);
        Assert.Matches("(call|jmp) +run.inner", text.Output);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_program_has_the_same_tags_and_its_object_the_same_hash_in_every_command()
    {
        WriteDays();
        string source = WriteSource(Source);

        JsonElement[] disasm = [.. (await NearDataCommand.RunAsync("disasm", source, "--json")).Json.EnumerateArray()];
        JsonElement[] verify = [.. (await NearDataCommand.RunAsync("verify", source, "--json")).Json.EnumerateArray()];
        JsonElement load = (await NearDataCommand.RunAsync("load", source, "--root", _folder.Path, "--json")).Json;
        JsonElement run = (await NearDataCommand.RunAsync(
            "run", source, "--root", _folder.Path, "--dataset", "days", "--param", "from=1", "--json")).Json;

        string[] expected = [.. disasm.Select(Tags)];
        Assert.All(expected, tags => Assert.Matches("^(keep|add) [0-9a-f]{16} [0-9a-f]{16}$", tags));
        Assert.Equal(expected, verify.Select(Tags));
        Assert.Equal(expected, load.GetProperty("programs").EnumerateArray().Select(NamedTags));
        Assert.Equal(expected, run.GetProperty("programs").EnumerateArray().Select(NamedTags));
        Assert.All(disasm.Concat(verify), it => Assert.Equal(load.GetProperty("program_id").GetString(), it.GetProperty("sha256").GetString()));

        static string Tags(JsonElement it) => $"{it.GetProperty("program")} {it.GetProperty("tag")} {it.GetProperty("legacy_tag")}";
        static string NamedTags(JsonElement it) => $"{it.GetProperty("name")} {it.GetProperty("tag")} {it.GetProperty("legacy_tag")}";
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Load_shows_what_was_proven_and_which_columns_are_read()
    {
        WriteDays();

        CommandResult load = await NearDataCommand.RunAsync("load", WriteSource(Source), "--root", _folder.Path, "--dataset", "days", "--json");

        Assert.Equal((0, ""), (load.ExitCode, load.Error));
        JsonElement[] programs = [.. load.Json.GetProperty("programs").EnumerateArray()];
        Assert.Equal(["day", "x"], programs.Select(program => program.GetProperty("columns")[0].GetString()));
    }

    [Fact]
    public async Task Generated_tables_are_listed_and_described()
    {
        CommandResult gen = await NearDataCommand.RunAsync("gen", "tpch", "--sf", "0.001", "--out", _folder.Path, "--tables", "nation", "region", "--codec", "zstd", "--json");
        CommandResult datasets = await NearDataCommand.RunAsync("datasets", "--root", _folder.Path, "--json");
        CommandResult nation = await NearDataCommand.RunAsync("describe", "nation", "--root", _folder.Path);

        Assert.Equal((0, 0, 0), (gen.ExitCode, datasets.ExitCode, nation.ExitCode));
        Assert.Equal(
            ["nation 25", "region 5"],
            datasets.Json.EnumerateArray().Select(row => $"{row.GetProperty("name")} {row.GetProperty("rows")}"));
        Assert.Contains("n_nationkey", nation.Output);
        Assert.Contains("0 .. 24", nation.Output);
    }

    [Theory]
    [InlineData("gen tpch --sf 0 --out OUT", "scale factor")]
    [InlineData("gen tpch --row-group-rows 0 --out OUT", "rows")]
    [InlineData("gen tpch --codec lz4 --out OUT", "lz4")]
    [InlineData("gen tpch --tables customers --out OUT", "customers")]
    [InlineData("datasets --root OUT/nowhere", "--root")]
    [InlineData("datasets --node ftp://here", "ftp://here")]
    [InlineData("datasets --node http://127.0.0.1:1", "unavailable")]
    [InlineData("serve --root OUT/nowhere", "nowhere")]
    [InlineData("serve --root OUT --listen here", "here")]
    [InlineData("serve --root OUT --cert only.pem", "--key")]
    [InlineData("verify OUT/none.o", "none.o")]
    public async Task What_can_not_be_done_is_refused_with_its_reason_and_no_stack_trace(string arguments, string reason)
    {
        CommandResult refused = await NearDataCommand.RunAsync(arguments.Replace("OUT", _folder.Path, StringComparison.Ordinal).Split(' '));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(reason, refused.Error);
        Assert.DoesNotContain("   at ", refused.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Serve_answers_a_client_in_another_process_until_it_is_interrupted()
    {
        WriteDays();
        using Process server = NearDataCommand.Start("serve", "--root", _folder.Path, "--listen", "127.0.0.1:0", "--json");
        try
        {
            string line = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync());
            string address = JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!;

            CommandResult run = await NearDataCommand.RunAsync("run", WriteSource(Source), "--node", address, "--dataset", "days", "--param", "from=0", "--json");
            using (NearDataClient client = NearDataClient.Connect(address))
            {
                Assert.Contains(await client.ListDatasetsAsync(), dataset => dataset.Name == "days");
            }

            Clang.Run("kill", "-INT", $"{server.Id}");
            await server.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            Assert.Equal("150", run.Json.GetProperty("results")[0].GetProperty("value").GetString());
        }
        finally
        {
            // A failed test leaves no node behind.
            server.Kill();
        }
    }

    [Fact]
    public async Task The_demo_gives_equal_answers_and_far_fewer_bytes_pushed_down()
    {
        CommandResult demo = await NearDataCommand.RunAsync("demo", "--sf", "0.01", "--json");

        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        JsonElement pushed = demo.Json.GetProperty("pushed");
        JsonElement pulled = demo.Json.GetProperty("pulled");
        Assert.Equal(pulled.GetProperty("revenue").GetDecimal(), pushed.GetProperty("revenue").GetDecimal());
        Assert.True(pulled.GetProperty("network_bytes").GetInt64() > 10 * pushed.GetProperty("network_bytes").GetInt64());
    }

    [Theory]
    [InlineData("--help", "neardata demo")]
    [InlineData("run --help", "--param")]
    [InlineData("gen tpch --help", "--sf")]
    public async Task Help_teaches(string arguments, string expected)
    {
        CommandResult help = await NearDataCommand.RunAsync(arguments.Split(' '));

        Assert.Equal(0, help.ExitCode);
        Assert.Contains(expected, help.Output);
    }

    private string WriteSource(string source, string name = "source.c")
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, source);
        return path;
    }

    private void WriteDays() => _folder.Write(
        "days/a.parquet",
        [Parquet.ParquetColumn.Int64("x"), Parquet.ParquetColumn.Date("day")],
        4,
        1,
        (writer, column) =>
        {
            if (column == 0)
            {
                writer.Write<long>(0, [10, 20, 50, 70]);
            }
            else
            {
                writer.Write<int>(1, [0, 1, 2, 3]);
            }
        });
}

using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary><c>neardata run</c> as users call it: answers, parameters and errors.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Run_compiles_C_executes_it_in_process_and_prints_results_as_JSON()
    {
        _folder.WriteDays();

        CommandResult run = await NearDataCommand.RunAsync(
            "run", _folder.WriteSource(DaysFolder.Source), "--root", _folder.Path, "--dataset", "days", "--param", "from=1970-01-03", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("120", run.Json.GetProperty("results")[0].GetProperty("value").GetString());
        Assert.Equal(4, run.Json.GetProperty("counters").GetProperty("rows_scanned").GetInt32());
        Assert.Equal(2, run.Json.GetProperty("counters").GetProperty("rows_kept").GetInt32());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Run_prints_groups_in_order_and_looks_those_of_an_earlier_stage_up()
    {
        _folder.WriteDays();
        string grouping = _folder.WriteSource(
            """
            #include <neardata.h>
            struct row { __s64 x; __s32 day; };
            struct total { __s64 total ND_SUM; };
            ND_GROUPS(by_day, __s32, struct total, 100);
            SEC("reduce") int add(const struct row *r) { __s32 day = r->day; nd_group(&by_day, &day)->total += r->x; return 0; }
            """, "grouping.c");
        string looking = _folder.WriteSource(
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

    [FactNeeding(Needs.Clang19)]
    public async Task Run_prints_a_table_for_a_person()
    {
        _folder.WriteDays();

        CommandResult run = await NearDataCommand.RunAsync("run", _folder.WriteSource(DaysFolder.Source), "--root", _folder.Path, "--dataset", "days", "--param", "from=1");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("total", run.Output);
        Assert.Contains("140", run.Output);
        Assert.Contains("4 rows scanned, 3 kept", run.Output);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_failed_run_names_its_code_on_standard_error_and_exits_with_1()
    {
        _folder.WriteDays();

        CommandResult run = await NearDataCommand.RunAsync("run", _folder.WriteSource(DaysFolder.Source), "--root", _folder.Path, "--dataset", "nights", "--json");

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
        _folder.WriteDays();

        CommandResult run = await NearDataCommand.RunAsync("run", _folder.WriteSource(DaysFolder.Source), "--root", _folder.Path, "--dataset", "days", "--param", parameter);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(says, run.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Parameters_and_results_may_be_text_and_doubles()
    {
        _folder.WriteDays();
        string source = _folder.WriteSource(
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
}

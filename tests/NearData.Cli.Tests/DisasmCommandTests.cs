using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary><c>neardata disasm</c> as users call it.</summary>
public sealed class DisasmCommandTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_prints_the_kernels_syntax_with_source_lines()
    {
        CommandResult disasm = await NearDataCommand.RunAsync("disasm", _folder.WriteSource(DaysFolder.Source), "--section", "filter");

        Assert.Equal(0, disasm.ExitCode);
        Assert.Contains("keep in section filter", disasm.Output);
        Assert.Contains("; source.c:5: SEC(\"filter\") int keep", disasm.Output);
        Assert.Contains("exit", disasm.Output);
        Assert.DoesNotContain("in section reduce", disasm.Output);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Disasm_names_functions_helpers_and_tags_of_any_object()
    {
        const string source = """
            static __attribute__((noinline)) int shared(int a) { return a * 31 + 7; }
            __attribute__((section("xdp"))) int entry(int *ctx) { return shared(ctx[4]); }
            __attribute__((section("other"))) int clock(void *ctx) { (void)ctx; return ((long (*)(void))5)(); }
            """;

        CommandResult disasm = await NearDataCommand.RunAsync("disasm", _folder.WriteSource(source), "--no-source");
        CommandResult withSource = await NearDataCommand.RunAsync("disasm", _folder.WriteSource(source), "--json");

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
        CommandResult disasm = await NearDataCommand.RunAsync("disasm", _folder.WriteSource(DaysFolder.Source), "--native", "--json");

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
        string source = _folder.WriteSource(DaysFolder.Source);

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

        CommandResult disasm = await NearDataCommand.RunAsync("disasm", _folder.WriteSource(source), "--native", "--json");
        CommandResult text = await NearDataCommand.RunAsync("disasm", _folder.WriteSource(source), "--native");

        Assert.Equal((0, ""), (disasm.ExitCode, disasm.Error));
        JsonElement[] methods = [.. disasm.Json.EnumerateArray()];
        Assert.Equal(
            ["inner", "outer", "step", null],
            methods.Select(method => method.GetProperty("function").GetString()).OrderBy(name => name is null).ThenBy(name => name, StringComparer.Ordinal));
        Assert.Contains("run.inner over a packet, ", text.Output);
        Assert.Matches("call +run.outer", text.Output);
        Assert.Matches("(call|jmp) +run.inner", text.Output);
    }
}

using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary><c>neardata trace</c> as users call it.</summary>
public sealed class TraceCommandTests : IDisposable
{
    private readonly ServedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Records_of_a_dataset_are_traced_as_text_and_as_JSON_lines()
    {
        _folder.Write("numbers/a.parquet", 1, ("x", [1, 2, 3, 4]));
        string source = await WriteAsync(
            """
            #include <neardata.h>
            struct row { __s64 x; };
            const volatile __s64 least;
            struct { __s64 total ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct row *r) { return r->x >= least; }
            SEC("reduce") int add(const struct row *r) { result.total += r->x; return 0; }
            """);
        string[] command = ["trace", source, "--root", _folder.Path, "--dataset", "numbers", "--param", "least=3", "--records", "kept", "--rows", "0..2"];

        CommandResult text = await NearDataCommand.RunAsync(command);
        CommandResult json = await NearDataCommand.RunAsync([.. command, "--json"]);

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("row 2 keep\n; source.c:5: SEC(\"filter\")", text.Output);
        Assert.Matches(@"r1 = \*\(u64 \*\)\(r1 \+ 0x0\) +r1=row -> r1=3   row.x = 3\n", text.Output);
        Assert.Matches("result.total := 3\n", text.Output);
        Assert.Contains("  returned 0x1\n", text.Output);
        JsonElement[] lines = [.. json.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines, line => Assert.Equal(2, line.GetProperty("row").GetInt32()));
        Assert.Contains(lines, line => line.TryGetProperty("access", out JsonElement access) && access.ValueKind == JsonValueKind.Object && access.GetProperty("place").GetString() == "row.x");
        Assert.Equal("0x0", lines[^1].GetProperty("returned").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_packet_program_is_traced_with_what_it_prints_and_sends()
    {
        string source = await WriteAsync(
            """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            struct seen { __u32 length; char text[4]; };
            struct seen *unused __attribute__((unused));
            struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring SEC(".maps");
            SEC("xdp") int tell(struct xdp_md *ctx)
            {
                struct seen seen = { ctx->data_end - ctx->data, "abc" };
                bpf_ringbuf_output(&ring, &seen, sizeof seen, 0);
                bpf_printk("%d bytes", seen.length);
                return XDP_PASS;
            }
            """);

        CommandResult text = await NearDataCommand.RunAsync("trace", source, "--memory", "0102030405");
        CommandResult run = await NearDataCommand.RunAsync("vm", "run", source, "--memory", "0102030405", "--json", "--interpreter-unverified");
        CommandResult few = await NearDataCommand.RunAsync("trace", source, "--memory", "0102030405", "--max-steps", "3", "--json");

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("r1=xdp_md", text.Output);
        Assert.Contains("xdp_md.data_end = packet+5", text.Output);
        Assert.Contains("  printed: 5 bytes\n", text.Output);
        Assert.Contains("  sent through ring: {\n    \"length\": 5,\n    \"text\": \"abc\"\n}\n", text.Output);
        Assert.Contains("  returned 0x2\n", text.Output);
        Assert.Equal("5 bytes", run.Json.GetProperty("texts")[0].GetString());
        Assert.Equal("""{"length":5,"text":"abc"}""", run.Json.GetProperty("records")[0].GetProperty("record").GetRawText());
        string[] lines = few.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Count(line => line.Contains("\"slot\"", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("\"returned\":\"0x2\"", StringComparison.Ordinal) && !line.Contains("\"steps_left_out\":0", StringComparison.Ordinal));
    }

    private async Task<string> WriteAsync(string source)
    {
        string path = Path.Combine(_folder.Path, "source.c");
        await File.WriteAllTextAsync(path, source);
        return path;
    }
}

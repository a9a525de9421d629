using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary><c>neardata vm run</c>: the machine on bytes that a user types.</summary>
public sealed class VmRunTests
{
    private const string Exit = "9500000000000000";

    // r0 = *(u32 *)(r1 + 0); r0 += r2; *(u8 *)(r1 + 4) = 0x7f
    private const string LoadAddStore = "6110000000000000" + "0f20000000000000" + "720104007f000000" + Exit;

    // r0 = *(u64 *)(r10 + 0)
    private const string BehindTheStack = "79a0000000000000" + Exit;

    [Theory]
    [InlineData("interpreter")]
    [InlineData("compiled")]
    public async Task A_memory_program_gets_its_memory_and_length_and_prints_r0(string engine)
    {
        CommandResult run = await NearDataCommand.RunAsync("vm", "run", "--engine", engine, "--memory", "01 02 03 84 00", "--hex", LoadAddStore);
        CommandResult json = await NearDataCommand.RunAsync("vm", "run", "--engine", engine, "--memory", "0102038400", "--hex", LoadAddStore, "--json");

        Assert.Equal((0, "0x84030206", ""), (run.ExitCode, run.Output.Trim(), run.Error));
        Assert.Equal("0x84030206", json.Json.GetProperty("r0").GetString());
        Assert.Equal("010203847f", json.Json.GetProperty("memory").GetString());
        Assert.Empty(json.Json.GetProperty("maps").EnumerateArray());
    }

    [Fact]
    public async Task The_verifier_is_asked_unless_the_interpreter_is_told_to_check_alone()
    {
        CommandResult refused = await NearDataCommand.RunAsync("vm", "run", "--hex", BehindTheStack, "--json");
        CommandResult fault = await NearDataCommand.RunAsync("vm", "run", "--interpreter-unverified", "--hex", BehindTheStack, "--json");

        Assert.Equal((1, "", 1, ""), (refused.ExitCode, refused.Output, fault.ExitCode, fault.Output));
        Assert.Equal("out-of-bounds", JsonDocument.Parse(refused.Error).RootElement.GetProperty("error").GetString());
        Assert.Equal("execution-fault", JsonDocument.Parse(fault.Error).RootElement.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("interpreter")]
    [InlineData("compiled")]
    public async Task A_packet_program_gets_its_packet_and_shows_what_it_left(string engine)
    {
        // r2 = data; r3 = data_end; where 14 bytes are there, the first becomes 0x77 and r0 their number.
        const string Touch = "6112000000000000" + "6113040000000000" + "b700000000000000" + "bf24000000000000" + "070400000e000000"
            + "2d34030000000000" + "7202000077000000" + "bf30000000000000" + "1f20000000000000" + Exit;

        CommandResult run = await NearDataCommand.RunAsync(
            "vm", "run", "--kind", "xdp", "--engine", engine, "--memory", "000102030405060708090a0b0c0d0e", "--hex", Touch, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("0xf", run.Json.GetProperty("r0").GetString());
        Assert.Equal("770102030405060708090a0b0c0d0e", run.Json.GetProperty("packet").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task A_section_of_an_object_is_run_and_its_maps_are_shown()
    {
        using ServedFolder folder = new();
        string source = Path.Combine(folder.Path, "count.c");
        await File.WriteAllTextAsync(
            source,
            """
            #include <neardata.h>
            struct { __uint(type, ND_MAP_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u64); } seen SEC(".maps");
            SEC("first") __u64 one(void) { return 1; }
            SEC("count") __u64 add(const __u8 *memory)
            {
                __u32 key = 1;
                __u64 *found = bpf_map_lookup_elem(&seen, &key);
                if (found)
                    *found += memory[1];
                return memory[0];
            }
            """);

        CommandResult run = await NearDataCommand.RunAsync("vm", "run", source, "--section", "count", "--memory", "0507", "--json");
        CommandResult unsure = await NearDataCommand.RunAsync("vm", "run", source, "--memory", "0507");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("0x5", run.Json.GetProperty("r0").GetString());
        Assert.Equal("add", run.Json.GetProperty("program").GetProperty("name").GetString());
        Assert.Matches("^[0-9a-f]{16}$", run.Json.GetProperty("program").GetProperty("tag").GetString());
        Assert.Matches("^[0-9a-f]{64}$", run.Json.GetProperty("sha256").GetString());
        JsonElement map = Assert.Single(run.Json.GetProperty("maps").EnumerateArray());
        Assert.Equal("seen", map.GetProperty("name").GetString());
        Assert.Equal(
            ["00000000 0000000000000000", "01000000 0700000000000000"],
            map.GetProperty("entries").EnumerateArray().Select(entry => $"{entry.GetProperty("key")} {entry.GetProperty("value")}"));
        Assert.Equal(1, unsure.ExitCode);
        Assert.Contains("first, count", unsure.Error);
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Maps_are_filled_before_a_run_from_what_a_run_before_dumped()
    {
        using ServedFolder folder = new();
        string source = Path.Combine(folder.Path, "score.c");
        await File.WriteAllTextAsync(
            source,
            """
            #include <neardata.h>
            struct score { __s32 points; char name[8]; };
            struct { __uint(type, 1); __uint(max_entries, 4); __type(key, __u16); __type(value, struct score); } scores SEC(".maps");
            SEC("rated") __s64 score(const __u8 *memory)
            {
                __u16 key = memory[0];
                struct score *found = bpf_map_lookup_elem(&scores, &key);
                return found ? found->points += 1 : -1;
            }
            """);
        string entries = Path.Combine(folder.Path, "scores.json");
        await File.WriteAllTextAsync(entries, """[{"key": 5, "value": {"points": -7, "name": "ann"}}]""");

        CommandResult first = await NearDataCommand.RunAsync("vm", "run", source, "--memory", "05", "--map", $"scores={entries}", "--json");
        await File.WriteAllTextAsync(entries, first.Json.GetProperty("maps")[0].GetProperty("entries").GetRawText());
        CommandResult second = await NearDataCommand.RunAsync("vm", "run", source, "--memory", "05", "--map", $"scores={entries}", "--dump");
        await File.WriteAllTextAsync(entries, """[{"key": 5, "value": {"points": "many"}}]""");
        CommandResult refused = await NearDataCommand.RunAsync("vm", "run", source, "--memory", "05", "--map", $"scores={entries}");

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Equal("0xfffffffffffffffa", first.Json.GetProperty("r0").GetString());
        Assert.Equal(
            "0xfffffffffffffffb\nscores (Hash)\n[\n    {\n        \"key\": 5,\n        \"value\": {\n            \"points\": -5,\n            \"name\": \"ann\"\n        }\n    }\n]\n",
            second.Output);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Entry 0 of", refused.Error);
        Assert.Contains(".points: \"many\" is no whole number.", refused.Error);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("interpreter")]
    [InlineData("compiled")]
    public async Task A_packet_program_as_libbpf_s_users_write_it_runs_from_its_source(string engine)
    {
        using ServedFolder folder = new();
        string source = Path.Combine(folder.Path, "types.c");
        await File.WriteAllTextAsync(
            source,
            """
            #include <linux/bpf.h>
            #include <bpf/bpf_helpers.h>
            struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 16); __type(key, __u32); __type(value, __u64); } seen SEC(".maps");
            SEC("xdp") int count(struct xdp_md *ctx)
            {
                unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
                if (data + 14 > end)
                    return XDP_DROP;
                __u32 key = data[12] << 8 | data[13];
                __u64 one = 1, *found = bpf_map_lookup_elem(&seen, &key);
                if (found)
                    __sync_fetch_and_add(found, 1);
                else
                    bpf_map_update_elem(&seen, &key, &one, BPF_ANY);
                return XDP_PASS;
            }
            """);

        CommandResult run = await NearDataCommand.RunAsync(
            "vm", "run", source, "--engine", engine, "--memory", "0000000000000000000000000800aabb", "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("0x2", run.Json.GetProperty("r0").GetString());
        JsonElement entry = Assert.Single(Assert.Single(run.Json.GetProperty("maps").EnumerateArray()).GetProperty("entries").EnumerateArray());
        Assert.Equal("00080000 0100000000000000", $"{entry.GetProperty("key")} {entry.GetProperty("value")}");
    }

    [Theory]
    [InlineData("--hex 950", "950")]
    [InlineData("--hex 95000000000000", "7 bytes")]
    [InlineData("--hex 0700010001000000" + Exit, "off is 1")]
    [InlineData("--hex " + Exit + " --memory 0g", "--memory")]
    [InlineData("--hex " + Exit + " --engine turbo", "turbo")]
    [InlineData("--hex b700000000000000" + Exit + " --engine compiled --interpreter-unverified", "--interpreter-unverified")]
    public async Task What_can_not_be_run_is_refused_with_its_reason(string arguments, string reason)
    {
        CommandResult refused = await NearDataCommand.RunAsync(["vm", "run", .. arguments.Split(' ')]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(reason, refused.Error);
        Assert.DoesNotContain("   at ", refused.Error);
    }
}

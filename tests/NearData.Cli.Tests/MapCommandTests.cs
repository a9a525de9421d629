using System.Diagnostics;
using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary>Programs and maps of a running node, as users look at and change them.</summary>
public sealed class MapCommandTests : IAsyncLifetime
{
    private const string Source =
        """
        #include <neardata.h>
        struct row { __s64 x; };
        enum grade { LOW, HIGH = 9 };
        struct price { __s64 each; enum grade grade; char name[8]; };
        struct { __uint(type, ND_MAP_HASH); __uint(max_entries, 64); __type(key, __s64); __type(value, struct price); } prices SEC(".maps");
        struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("reduce") int add(const struct row *r)
        {
            __s64 x = r->x;
            struct price *price = bpf_map_lookup_elem(&prices, &x);
            if (price && price->grade == HIGH) {
                result.total += price->each;
                result.rows += 1;
            }
            return 0;
        }
        """;

    private readonly ServedFolder _folder = new();
    private Process? _node;
    private string _address = "";

    public async Task InitializeAsync()
    {
        _folder.Write("numbers/a.parquet", 2, ("x", [1, 2, 3, 4]));
        _node = NearDataCommand.Start("serve", "--root", _folder.Path, "--listen", "127.0.0.1:0", "--json");
        string line = await _node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await _node.StandardError.ReadToEndAsync());
        _address = JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!;
    }

    public Task DisposeAsync()
    {
        _node?.Kill();
        _node?.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Maps_of_a_loaded_program_are_listed_filled_dumped_looked_up_and_emptied_by_their_types()
    {
        string source = Path.Combine(_folder.Path, "prices.c");
        await File.WriteAllTextAsync(source, Source);
        string file = Path.Combine(_folder.Path, "prices.json");
        await File.WriteAllTextAsync(file, """[{"key": 2, "value": {"each": 100, "grade": "HIGH", "name": "two"}}, {"key": 3, "value": {"each": -7}}]""");

        CommandResult list = await RunAsync("map", "list", source);
        CommandResult update = await RunAsync("map", "update", source, "prices", "--key", "4", "--value", """{"each": 50, "grade": "HIGH"}""");
        await RunAsync("map", "update", source, "prices", "--file", file);
        CommandResult refused = await RunAsync("map", "update", source, "prices", "--key", "4", "--value", "{}", "--rule", "noexist");
        CommandResult run = await RunAsync("run", source, "--dataset", "numbers");
        string tag = run.Json.GetProperty("programs")[0].GetProperty("tag").GetString()!;
        CommandResult lookup = await NearDataCommand.RunAsync("map", "lookup", tag[..8], "prices", "--key", "2", "--node", _address);
        CommandResult delete = await RunAsync("map", "delete", tag, "prices", "--key", "2", "--key", "hex:0300000000000000");
        CommandResult dump = await RunAsync("map", "dump", tag, "prices");
        CommandResult again = await RunAsync("run", source, "--dataset", "numbers", "--map", $"prices={file}");

        Assert.All(new[] { list, update, run, lookup, delete, dump, again }, it => Assert.Equal((0, ""), (it.ExitCode, it.Error)));
        Assert.Equal(
            ["prices Hash input", ".bss.results Array execution"],
            list.Json.EnumerateArray().Select(map => $"{map.GetProperty("name")} {map.GetProperty("type")} {map.GetProperty("contents")}").OrderDescending(StringComparer.Ordinal));
        Assert.Equal((1, "map-refused"), (refused.ExitCode, JsonDocument.Parse(refused.Error).RootElement.GetProperty("error").GetString()));
        Assert.Equal("300", run.Json.GetProperty("results")[0].GetProperty("value").GetString());
        Assert.Equal(
            """
            [
                {
                    "key": 2,
                    "value": {
                        "each": 100,
                        "grade": "HIGH",
                        "name": "two"
                    }
                }
            ]

            """,
            lookup.Output);
        JsonElement left = Assert.Single(dump.Json.EnumerateArray());
        Assert.Equal("""{"key":4,"value":{"each":50,"grade":"HIGH","name":""}}""", left.GetProperty("formatted").GetRawText());
        Assert.Equal("300", again.Json.GetProperty("results")[0].GetProperty("value").GetString());
    }

    [FactNeeding(Needs.Clang19)]
    public async Task Programs_are_listed_with_their_runs_and_unloaded()
    {
        string source = Path.Combine(_folder.Path, "prices.c");
        await File.WriteAllTextAsync(source, Source);

        await RunAsync("stats", "on");
        CommandResult run = await RunAsync("run", source, "--dataset", "numbers");
        CommandResult programs = await RunAsync("programs");
        CommandResult text = await NearDataCommand.RunAsync("programs", "--node", _address);
        CommandResult unload = await RunAsync("unload", run.Json.GetProperty("program_id").GetString()![..12]);
        CommandResult none = await RunAsync("programs");
        CommandResult unknown = await RunAsync("map", "list", "0123456789abcdef");

        JsonElement only = Assert.Single(programs.Json.EnumerateArray());
        Assert.Equal(run.Json.GetProperty("program_id").GetString(), only.GetProperty("program_id").GetString());
        Assert.Equal(8, only.GetProperty("programs")[0].GetProperty("run_count").GetInt32());
        Assert.True(only.GetProperty("programs")[0].GetProperty("run_time_nanoseconds").GetInt64() > 0);
        Assert.Contains(only.GetProperty("programs")[0].GetProperty("tag").GetString()!, text.Output);
        Assert.Equal(0, unload.ExitCode);
        Assert.Empty(none.Json.EnumerateArray());
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("0123456789abcdef", unknown.Error);
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => NearDataCommand.RunAsync([.. arguments, "--node", _address, "--json"]);
}

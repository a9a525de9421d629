using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary>What commands have in common: help, refusals, how they name the same things.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task A_program_has_the_same_tags_and_its_object_the_same_hash_in_every_command()
    {
        _folder.WriteDays();
        string source = _folder.WriteSource(DaysFolder.Source);

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
        _folder.WriteDays();

        CommandResult load = await NearDataCommand.RunAsync("load", _folder.WriteSource(DaysFolder.Source), "--root", _folder.Path, "--dataset", "days", "--json");

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
}

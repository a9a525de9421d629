using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary><c>neardata verify</c> as users call it.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Verify_accepts_with_0_and_rejects_with_1_naming_line_and_reason()
    {
        CommandResult accepted = await NearDataCommand.RunAsync("verify", _folder.WriteSource(DaysFolder.Source), "--json");
        CommandResult rejected = await NearDataCommand.RunAsync("verify", _folder.WriteSource(DaysFolder.Source.Replace("return r->day >= from;", "return ((const char *)r)[99];", StringComparison.Ordinal)), "--json");

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
        string path = _folder.WriteSource(source);

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
    public async Task Verify_asks_for_the_kind_of_a_program_in_a_section_of_an_unknown_name()
    {
        string path = _folder.WriteSource("__attribute__((section(\"xdp_root\"))) int run(int *ctx) { return ctx[4]; }");

        CommandResult asked = await NearDataCommand.RunAsync("verify", path, "--json");

        Assert.Equal(1, asked.ExitCode);
        Assert.Equal("KindUnknown", asked.Json[0].GetProperty("code").GetString());
        Assert.Contains("say it with --kind", asked.Json[0].GetProperty("message").GetString());
    }
}

using System.Text.Json;

namespace NearData.Cli.Tests;

/// <summary><c>neardata inspect</c> as users call it.</summary>
public sealed class InspectCommandTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Inspect_shows_the_layout_of_a_file_to_people_and_machines()
    {
        _folder.WriteDays();
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
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary>The page on introspection: its program compiles, and its commands run in its order and say what it says.</summary>
public sealed partial class IntrospectionDocumentTests
{
    [FactNeeding(Needs.Clang19)]
    public async Task Every_command_of_the_page_does_what_the_page_says()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(Ground.Repository, "docs/introspection.md"));
        using ServedFolder folder = new();
        folder.Write("items/a.parquet", 1, ("id", [2, 3, 4, 4]));
        string[] sources = [.. Blocks(page, "c")];
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "prices.c"), sources[0]);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "tell.c"), sources[1]);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "prices.json"), Blocks(page, "json").Single());
        using Process node = NearDataCommand.Start("serve", "--root", folder.Path, "--listen", "127.0.0.1:0", "--json");
        try
        {
            string line = await node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await node.StandardError.ReadToEndAsync());
            string address = JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!;
            Dictionary<string, string> printed = new(StringComparer.Ordinal);
            foreach (string command in Blocks(page, "sh").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
            {
                string[] words = [.. Words().Matches(command).Skip(1).Select(word => Argument(word.Value, folder.Path, address))];
                CommandResult result = await NearDataCommand.RunAsync(words);
                Assert.True(result.ExitCode == 0, $"{command}: {result.Error}");
                printed[command] = result.Output;
            }

            Assert.Contains("600", printed["neardata run prices.c --node $NODE --dataset items"]);
            Assert.Equal(3, JsonDocument.Parse(printed["neardata map dump prices.c prices --node $NODE --json"]).RootElement.GetArrayLength());
            Assert.Contains("\"each\": 250", printed["neardata map dump prices.c prices --node $NODE"]);
            string[] traces = [.. printed.Where(it => it.Key.StartsWith("neardata trace", StringComparison.Ordinal)).Select(it => it.Value)];
            Assert.Contains("row 0 add\n", traces[0]);
            Assert.Contains("row 2 add\n", traces[0]);
            Assert.Contains("item.id = 2", traces[0]);
            string[] shown = [.. page.Split("```text\n")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(it => it.Trim() != "...")];
            string traced = (await NearDataCommand.RunAsync(
                "trace", Path.Combine(folder.Path, "prices.c"), "--root", folder.Path, "--dataset", "items", "--rows", "1..1", "--map", $"prices={Path.Combine(folder.Path, "prices.json")}")).Output;
            Assert.All(shown, it => Assert.Contains(Dense(it), Dense(traced)));
            Assert.Contains("printed: 18 bytes", traces[2]);
            Assert.Contains("\"record\":{\"length\":18,\"protocol\":2048,\"text\":\"seen\"}", traces[3]);
            Assert.DoesNotContain("\"each\": 100", printed["neardata map dump prices.c prices --node $NODE"]);
        }
        finally
        {
            node.Kill();
        }
    }

    private static string Dense(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<string> Blocks(string page, string language) => page.Split($"```{language}\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)]);

    private static string Argument(string word, string folder, string address) =>
        word == "$NODE" ? address
        : File.Exists(Path.Combine(folder, word.Split('=')[^1])) ? word.Replace("prices.", Path.Combine(folder, "prices."), StringComparison.Ordinal)
            .Replace("tell.", Path.Combine(folder, "tell."), StringComparison.Ordinal)
        : word.Trim('\'');

    /// <summary>Words as a shell splits them, apart by spaces outside single quotes.</summary>
    [GeneratedRegex("'[^']*'|[^ ]+", RegexOptions.NonBacktracking)]
    private static partial Regex Words();
}

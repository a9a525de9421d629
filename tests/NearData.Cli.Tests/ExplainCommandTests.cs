using System.Text.Json;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary><c>neardata explain</c> as users call it.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Explain_says_in_a_sentence_whether_pushing_down_saves_or_costs_and_why()
    {
        _folder.WriteDays();
        string[] explain = ["explain", _folder.WriteSource(DaysFolder.Source), "--root", _folder.Path, "--dataset", "days", "--param", "from=1970-01-03"];

        CommandResult slow = await NearDataCommand.RunAsync([.. explain, "--network", "8Kbit"]);
        CommandResult fast = await NearDataCommand.RunAsync([.. explain, "--network", "1000 Tbit/s", "--analyze", "--json"]);
        CommandResult unread = await NearDataCommand.RunAsync([.. explain[..^1], "from=2000-01-01"]);
        CommandResult wrong = await NearDataCommand.RunAsync([.. explain, "--network", "fast"]);

        Assert.Matches(
            @"pushing down saves [\d.]+ ms: pulling \d+ B over 8 Kbit/s would take [\d.]+ ms; scanning here takes [\d.]+ µs of one core, and 32 B leave the node\.",
            slow.Output);
        Assert.Contains("  1 part: 0 pruned", slow.Output);

        // The second execution is told, for which everything is in memory.
        Assert.Equal(0, fast.Json.GetProperty("stages")[0].GetProperty("measured").GetProperty("device_bytes_read").GetInt64());
        JsonElement offload = fast.Json.GetProperty("offload");
        Assert.Equal("costs", offload.GetProperty("verdict").GetString());
        Assert.StartsWith("pushing down costs ", offload.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(1_000_000_000_000_000, offload.GetProperty("network_bits_per_second").GetInt64());
        Assert.Contains("nothing is read: what the files say of their data is the answer", unread.Output);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("--network takes a rate such as 10Gbit or 800Mbit, not 'fast'", wrong.Error);
    }
}

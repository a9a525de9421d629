using System.CommandLine;
using NearData.Client;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata stats on|off</c>: whether a node counts and times the runs of its programs.</summary>
internal static class StatsCommand
{
    private enum Counting
    {
        On,
        Off,
    }

    public static Command Create()
    {
        Argument<Counting> counting = new("counting") { Description = "on or off" };
        Option<string> node = new("--node") { Description = "The node's address, such as http://127.0.0.1:7420", Required = true };
        Option<string?> program = new("--program") { Description = "One program, by the whole SHA-256 of its object; otherwise all that are loaded now and later" };
        return new Command("stats", "Have a node count and time the runs of programs, or not; 'neardata programs' shows them") { counting, node, program }
            .Runs(async (parsed, output, cancellation) =>
            {
                bool isOn = parsed.GetValue(counting) == Counting.On;
                await using NearDataClient client = NodeTarget.Connect(parsed.GetRequiredValue(node));
                await client.SetStatisticsAsync(isOn, parsed.GetValue(program), cancellation);
                output.Show(new { counts_runs = isOn }, (console, _) => console.WriteLine(isOn ? "Runs are counted and timed." : "Runs are not counted."));
                return CliCommand.Succeeded;
            });
    }
}

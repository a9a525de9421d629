using System.CommandLine;
using System.Diagnostics;
using NearData.Client;
using NearData.Isa.Objects;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;
using NearData.Queries.Tpch.Rows;
using NearData.Server;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata demo</c>: TPC-H Q6 over a node, pushed down and pulled, with what each sent over the network.</summary>
internal static class DemoCommand
{
    private const string Dataset = "lineitem";

    /// <summary>Enough to see a filter's compare-and-branch chain.</summary>
    private const int ListedInstructions = 12;

    public static Command Create()
    {
        Option<double> scaleFactor = new("--sf") { Description = "TPC-H scale factor", DefaultValueFactory = _ => 0.1 };
        return new Command("demo", "Generate data, start a node, run TPC-H Q6 pushed down and pulled, compare, and clean up") { scaleFactor }
            .Runs(async (parsed, output, cancellation) =>
            {
                DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-demo-");
                try
                {
                    TpchOptions data = new() { Folder = folder.FullName, ScaleFactor = parsed.GetValue(scaleFactor) };
                    await Generation.RunAsync(data, output, cancellation);
                    await using NodeHost node = await NodeTarget.EmbedAsync(folder.FullName, cancellation);
                    DemoReport report = await CompareAsync(node.Address, data.ScaleFactor, cancellation);
                    output.Show(report, Print);
                    return report.Pushed.Revenue == report.Pulled.Revenue ? CliCommand.Succeeded : CliCommand.Failed;
                }
                finally
                {
                    folder.Delete(recursive: true);
                }
            });
    }

    private static async Task<DemoReport> CompareAsync(Uri node, double scaleFactor, CancellationToken cancellation)
    {
        LoadedProgram? program = null;
        ExecutionAnswer? answer = null;
        QueryObserver observer = new() { Loaded = loaded => program = loaded, Answered = answered => answer = answered };
        Measured pushed = await MeasureAsync(node, client => Q6.RevenueAsync(
            client.Dataset<LineItem>(Dataset).Observe(observer), Q6Parameters.Validation, cancellation));
        Measured pulled = await MeasureAsync(node, client => PulledQ6.RevenueAsync(
            client, Dataset, Q6Parameters.Validation, cancellation));
        Listing filter = Listing.Of(BpfObject.Read(program!.Object).Filter!);
        return new DemoReport(
            node,
            scaleFactor,
            pushed,
            pulled,
            RunReport.Of(program, answer!).Counters,
            ProgramReport.Of(program),
            [.. filter.Instructions.Take(ListedInstructions).Select(line => $"{line.Slot}: {line.Text}")],
            filter.Instructions.Length);
    }

    /// <summary>Runs a query over a connection of its own, so that its bytes are its own.</summary>
    private static async Task<Measured> MeasureAsync(Uri node, Func<NearDataClient, Task<decimal>> query)
    {
        await using NearDataClient client = NearDataClient.Connect(node);
        (decimal revenue, double first) = await TimeAsync(() => query(client));
        long bytes = client.BytesSent + client.BytesReceived;
        // Once more: the first time was mostly the compiling of this process's own code.
        (decimal again, double second) = await TimeAsync(() => query(client));
        return revenue == again
            ? new Measured(revenue, first, second, bytes)
            : throw new InvalidOperationException($"The same query answered {revenue} and then {again}.");
    }

    private static async Task<(decimal Revenue, double Milliseconds)> TimeAsync(Func<Task<decimal>> query)
    {
        long start = Stopwatch.GetTimestamp();
        decimal revenue = await query();
        return (revenue, Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 1));
    }

    private static void Print(IAnsiConsole console, DemoReport report)
    {
        console.WriteLine($"TPC-H Q6 at scale factor {report.ScaleFactor}, over the node at {report.Node}");
        Table table = Output.Table("", "revenue", "first time", "second time", "bytes over the network, the first time");
        table.AddRow("pushed down", $"{report.Pushed.Revenue}", $"{report.Pushed.Milliseconds} ms", $"{report.Pushed.SecondMilliseconds} ms", ByteText.Size(report.Pushed.NetworkBytes));
        table.AddRow("pulled", $"{report.Pulled.Revenue}", $"{report.Pulled.Milliseconds} ms", $"{report.Pulled.SecondMilliseconds} ms", ByteText.Size(report.Pulled.NetworkBytes));
        console.Write(table);
        console.WriteLine(report.Pushed.Revenue == report.Pulled.Revenue
            ? $"Equal answers; pulling sent {ByteText.Count(report.NetworkRatio)} times the bytes."
            : "THE ANSWERS DIFFER.");
        RunReport.CounterRow counters = report.Counters;
        console.WriteLine(
            $"At the node: {ByteText.Count(counters.RowsScanned)} rows scanned, {ByteText.Count(counters.RowsKept)} kept, "
            + $"{ByteText.Size(counters.DeviceBytesRead)} read from the device, {ByteText.Size(counters.BytesReturned)} returned.");
        console.WriteLine();
        console.WriteLine("What the verifier proved of the program that LINQ became:");
        ProgramReport.Print(console, report.Program);
        console.WriteLine();
        console.WriteLine($"Its filter, the first {report.FilterListing.Length} of {report.FilterInstructions} instructions:");
        foreach (string line in report.FilterListing)
        {
            console.WriteLine($"  {line}");
        }
    }

    private sealed record Measured(decimal Revenue, double Milliseconds, double SecondMilliseconds, long NetworkBytes);

    private sealed record DemoReport(
        Uri Node,
        double ScaleFactor,
        Measured Pushed,
        Measured Pulled,
        RunReport.CounterRow Counters,
        ProgramReport Program,
        string[] FilterListing,
        int FilterInstructions)
    {
        public double NetworkRatio => Math.Round((double)Pulled.NetworkBytes / Pushed.NetworkBytes, 1);
    }
}

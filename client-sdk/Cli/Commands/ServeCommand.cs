using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using NearData.Engine.Reactors;
using NearData.Server;
using NearData.Storage;
using Spectre.Console;

namespace NearData.Cli.Commands;

/// <summary><c>neardata serve</c>: a node until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string> root = new("--root") { Description = "Folder whose datasets are served", Required = true };
        Option<string> listen = new("--listen")
        {
            Description = "Address and port; port 0 takes any free one",
            DefaultValueFactory = _ => "127.0.0.1:7420",
        };
        Option<string?> certificate = new("--cert") { Description = "TLS certificate (PEM); without it HTTP/2 is served in the clear" };
        Option<string?> key = new("--key") { Description = "The certificate's private key (PEM)" };
        Option<int> workers = new("--workers") { Description = "Reactors: threads that read and run programs", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<bool> pin = new("--pin") { Description = "Keep each reactor on a processor of its own" };
        Option<int> memory = new("--buffer-mib") { Description = "Column chunks in memory at one time, in MiB", DefaultValueFactory = _ => 1024 };
        Option<int?> cache = new("--cache-mib") { Description = "Of these, chunks kept for later executions, in MiB; without it three quarters" };
        Option<string> io = new("--io") { Description = "How files are read: cache (the kernel's page cache) or direct (past it)", DefaultValueFactory = _ => "cache" };
        io.AcceptOnlyFromAmong("cache", "direct");
        Option<int> mapMemory = new("--map-mib") { Description = "Maps and groups in memory at one time, in MiB", DefaultValueFactory = _ => 1024 };
        Option<string[]> untrusted = new("--untrusted") { Description = "Tenants whose programs run with guards beside the proof; * for all", DefaultValueFactory = _ => [] };
        Option<bool> stats = new("--stats") { Description = "Count and time the runs of programs from the start" };
        Option<string[]> tenants = new("--tenant") { Description = "A tenant that calls may name, as NAME=WEIGHT; may be given several times" };
        return new Command("serve", "Serve the datasets under a folder until interrupted") { root, listen, certificate, key, workers, pin, memory, cache, io, mapMemory, stats, untrusted, tenants }
            .Runs(async (parsed, output, cancellation) =>
            {
                NodeOptions options = new()
                {
                    Root = parsed.GetRequiredValue(root),
                    Endpoint = Endpoint(parsed.GetRequiredValue(listen)),
                    Certificate = Certificate(parsed.GetValue(certificate), parsed.GetValue(key)),
                    Workers = AtLeastOne("--workers", parsed.GetValue(workers)),
                    Placement = parsed.GetValue(pin) ? ReactorPlacement.Pinned : ReactorPlacement.Anywhere,
                    CacheBytes = CacheBytes(parsed.GetValue(cache)),
                    BufferBytes = (long)AtLeastOne("--buffer-mib", parsed.GetValue(memory)) << 20,
                    MapBytes = (long)AtLeastOne("--map-mib", parsed.GetValue(mapMemory)) << 20,
                    CountsRuns = parsed.GetValue(stats),
                    UntrustedTenants = [.. parsed.GetRequiredValue(untrusted)],
                    Tenants = Tenants(parsed.GetValue(tenants) ?? []),
                    Reading = string.Equals(parsed.GetRequiredValue(io), "direct", StringComparison.Ordinal) ? FileReading.Direct : FileReading.PageCache,
                };
                await using NodeHost node = await NodeHost.StartAsync(options, Logging, cancellation);
                output.Show(new { address = node.Address, root = Path.GetFullPath(options.Root) }, (console, started) =>
                    console.WriteLine($"Serving {started.root} at {started.address}"));
                await node.WaitForShutdownAsync(cancellation);
                return CliCommand.Succeeded;
            });
    }

    private static void Logging(ILoggingBuilder logging)
    {
        // Standard output is for results; a node's log is for whoever watches it.
        logging.AddSimpleConsole(console => console.SingleLine = true);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    private static IPEndPoint Endpoint(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? endpoint) && text.Contains(':', StringComparison.Ordinal)
            ? endpoint
            : throw new CliException($"--listen takes an address and a port, such as 127.0.0.1:7420 or [::]:7420, not '{text}'.");

    private static X509Certificate2? Certificate(string? certificate, string? key) => (certificate, key) switch
    {
        (null, null) => null,
        (not null, not null) => X509Certificate2.CreateFromPemFile(certificate, key),
        _ => throw new CliException("--cert and --key go together."),
    };

    private static Dictionary<string, double> Tenants(string[] given)
    {
        Dictionary<string, double> weights = new(StringComparer.Ordinal);
        foreach (string tenant in given)
        {
            int separator = tenant.LastIndexOf('=');
            bool isWeight = double.TryParse(tenant.AsSpan(separator + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight) && weight > 0;
            if (separator < 1 || !isWeight || !weights.TryAdd(tenant[..separator], weight))
            {
                throw new CliException($"--tenant takes a name that wasn't given before and a weight above 0, such as reports=2, not '{tenant}'.");
            }
        }

        return weights;
    }

    private static long? CacheBytes(int? mebibytes) => mebibytes is null or >= 0
        ? (long?)mebibytes << 20
        : throw new CliException($"--cache-mib is at least 0, not {mebibytes.Value.ToString(CultureInfo.InvariantCulture)}.");

    private static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw new CliException($"{option} is at least 1, not {value.ToString(CultureInfo.InvariantCulture)}.");
}

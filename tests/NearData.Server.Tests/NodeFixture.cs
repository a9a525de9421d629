using System.Net;
using NearData.Client;
using NearData.TestSupport;

namespace NearData.Server.Tests;

/// <summary>A node over a folder of its own, and a client of it.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    /// <summary>A program over <c>numbers</c>: the sum of <c>y</c> where <c>x</c> is at least a parameter.</summary>
    public const string SumSource =
        """
        #include <neardata.h>
        struct row { __s64 x, y; };
        const volatile __s64 least;
        struct { __s64 total ND_SUM; __u64 rows ND_SUM; } result SEC(".bss.results");
        SEC("filter") int keep(const struct row *r) { return r->x >= least; }
        SEC("reduce") int add(const struct row *r) { result.total += r->y; result.rows += 1; return 0; }
        """;

    private NodeHost? _node;
    private NearDataClient? _client;

    public ServedFolder Folder { get; } = new();

    public Uri Address => _node!.Address;

    public NearDataClient Client => _client!;

    public async Task InitializeAsync()
    {
        long?[] numbers = [.. Enumerable.Range(0, 1000).Select(i => (long?)i)];
        Folder.Write("numbers/a.parquet", 4, ("x", numbers), ("y", numbers));
        _node = await NodeHost.StartAsync(new NodeOptions { Root = Folder.Path, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), ProgressInterval = TimeSpan.FromMilliseconds(1) });
        _client = NearDataClient.Connect(_node.Address);
    }

    public async Task DisposeAsync()
    {
        await _client!.DisposeAsync();
        await _node!.DisposeAsync();
        Folder.Dispose();
    }
}

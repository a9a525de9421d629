using System.Collections.Immutable;
using NearData.Client.Tests.Nodes;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>A node with some rows, and a client of it.</summary>
public sealed class NodeFixture : IAsyncLifetime
{
    private InterpretingNode? _node;

    internal InterpretingNode Node => _node!;

    public ImmutableArray<Item> Rows { get; } = Items.Random(seed: 42, count: 300);

    public NearDataClient Client { get; private set; } = null!;

    public Dataset<Item> Dataset => Client.Dataset<Item>("items");

    public async Task InitializeAsync()
    {
        _node = await InterpretingNode.StartAsync();
        _node.Serve(Rows.ToTable());
        _node.Serve(ImmutableArray<Item>.Empty.ToTable("empty"));
        _node.Serve(Items.Random(seed: 43, count: 300, Spread.Extreme).ToTable("extreme") with { HasStatistics = false });
        _node.Serve(Rows.ToTable("vast") with { Repetitions = 1L << 62 });
        Client = _node.Connect();
    }

    public async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await _node!.DisposeAsync();
    }
}

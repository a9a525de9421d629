using System.Net;
using NearData.Client;
using NearData.Server;

namespace NearData.FirstAnswer;

/// <summary>A node in this process and a client of it, over loopback without TLS.</summary>
internal sealed class NodeOverLoopback : IContestant
{
    private readonly NodeHost _node;
    private readonly NearDataClient _client;
    private readonly Dictionary<byte[], LoadedProgram> _loaded = [];

    private NodeOverLoopback(NodeHost node)
    {
        _node = node;
        _client = NearDataClient.Connect(node.Address);
    }

    public string Name => "node";

    public static async Task<NodeOverLoopback> StartAsync(string root) =>
        new(await NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }));

    public async Task LoadAsync(byte[] elf) => _loaded[elf] = await _client.LoadAsync(elf, SmallTable.Name);

    public Task ExecuteAsync(byte[] elf) => _loaded[elf].ExecuteAsync(SmallTable.Name);

    public async Task ForgetAsync(byte[] elf)
    {
        _loaded.Remove(elf, out LoadedProgram? program);
        await _client.UnloadProgramAsync(program!.Id);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
    }
}

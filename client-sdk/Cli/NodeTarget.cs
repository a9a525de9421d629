using System.CommandLine;
using System.Net;
using NearData.Client;
using NearData.Server;

namespace NearData.Cli;

/// <summary>Which node a command talks to: one elsewhere, or one that it starts in this process over local files.</summary>
internal sealed class NodeTarget
{
    private readonly Option<string?> _node = new("--node") { Description = "A node's address, such as http://127.0.0.1:7420" };
    private readonly Option<string> _root = new("--root")
    {
        Description = "Without --node: the local folder whose datasets are queried, in this process",
        DefaultValueFactory = _ => "data/tpch",
    };

    /// <summary>Adds the options to a command.</summary>
    public T AddTo<T>(T command)
        where T : Command
    {
        command.Add(_node);
        command.Add(_root);
        return command;
    }

    /// <summary>Connects; dispose what it gives, which stops the embedded node too.</summary>
    public async Task<NodeConnection> ConnectAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_node) is { } address)
        {
            return new NodeConnection(Connect(address), embedded: null);
        }

        string root = parsed.GetRequiredValue(_root);
        if (!Directory.Exists(root))
        {
            throw new CliException(
                $"There is no folder '{root}'. Name one with --root, or a node with --node; 'neardata gen tpch --out {root}' makes one.");
        }

        NodeHost node = await EmbedAsync(root, cancellation);
        return new NodeConnection(NearDataClient.Connect(node.Address), node);
    }

    /// <summary>A client of a node elsewhere.</summary>
    /// <exception cref="CliException">The address is none.</exception>
    public static NearDataClient Connect(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? NearDataClient.Connect(uri)
            : throw new CliException($"--node takes an http or https address, not '{address}'.");

    /// <summary>Starts a node on a free loopback port.</summary>
    public static Task<NodeHost> EmbedAsync(string root, CancellationToken cancellation) =>
        NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }, cancellation: cancellation);
}

/// <summary>A client, and the embedded node behind it if there is one.</summary>
internal sealed class NodeConnection(NearDataClient client, NodeHost? embedded) : IAsyncDisposable
{
    public NearDataClient Client { get; } = client;

    /// <summary>Whether the node is in this process, and so has only just started.</summary>
    public bool IsEmbedded => embedded is not null;

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }
    }
}

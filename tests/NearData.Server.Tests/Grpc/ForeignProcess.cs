using System.Diagnostics;
using System.Text.Json.Nodes;
using NearData.TestSupport;

namespace NearData.Server.Tests.Grpc;

/// <summary>Another gRPC implementation in a process of its own, asked in lines of JSON. One question at a time.</summary>
internal sealed class ForeignProcess : IDisposable
{
    // By its full path: another python3, without Debian's packages, may come first on PATH.
    private const string DebianPython = "/usr/bin/python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private ForeignProcess(string command, params string[] arguments) =>
        _process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = Path.Combine(Ground.Repository, "tests/oracles"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException($"{command} did not start.");

    public static ForeignProcess GrpcJsClient(Uri node) => new("node", "grpc-client.mjs", node.ToString());

    public static ForeignProcess GrpcJsServer() => new("node", "grpc-server.mjs");

    public static ForeignProcess PythonServer() => new(DebianPython, "grpc_server.py");

    public static ForeignProcess PythonClient(Uri node) => new(DebianPython, "grpc_client.py", node.Authority);

    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("The process ended.");

    public async Task<JsonNode> AskAsync(JsonObject question)
    {
        await _process.StandardInput.WriteLineAsync(question.ToJsonString());
        return JsonNode.Parse(await ReadLineAsync())!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Patience))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}

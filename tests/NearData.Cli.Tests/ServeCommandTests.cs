using System.Diagnostics;
using System.Text.Json;
using NearData.Client;
using NearData.TestSupport;

namespace NearData.Cli.Tests;

/// <summary>Commands that start a node: <c>neardata serve</c> and <c>demo</c>.</summary>
public sealed class ServeCommandTests : IDisposable
{
    private readonly DaysFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FactNeeding(Needs.Clang19)]
    public async Task Serve_answers_a_client_in_another_process_until_it_is_interrupted()
    {
        _folder.WriteDays();
        using Process server = NearDataCommand.Start("serve", "--root", _folder.Path, "--listen", "127.0.0.1:0", "--json");
        try
        {
            string line = await server.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await server.StandardError.ReadToEndAsync());
            string address = JsonDocument.Parse(line).RootElement.GetProperty("address").GetString()!;

            CommandResult run = await NearDataCommand.RunAsync("run", _folder.WriteSource(DaysFolder.Source), "--node", address, "--dataset", "days", "--param", "from=0", "--json");
            using (NearDataClient client = NearDataClient.Connect(address))
            {
                Assert.Contains(await client.ListDatasetsAsync(), dataset => dataset.Name == "days");
            }

            Clang.Run("kill", "-INT", $"{server.Id}");
            await server.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            Assert.Equal("150", run.Json.GetProperty("results")[0].GetProperty("value").GetString());
        }
        finally
        {
            // A failed test leaves no node behind.
            server.Kill();
        }
    }

    [Fact]
    public void The_command_has_the_runtime_collect_its_heap_before_that_takes_much_of_a_nodes_memory()
    {
        using JsonDocument configuration = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "neardata.runtimeconfig.json")));
        JsonElement budget = configuration.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").GetProperty("System.GC.Gen0MaxBudget");

        Assert.Equal(4 << 20, budget.GetInt64());
    }

    [Fact]
    public async Task The_demo_gives_equal_answers_and_far_fewer_bytes_pushed_down()
    {
        CommandResult demo = await NearDataCommand.RunAsync("demo", "--sf", "0.01", "--json");

        Assert.Equal((0, ""), (demo.ExitCode, demo.Error));
        JsonElement pushed = demo.Json.GetProperty("pushed");
        JsonElement pulled = demo.Json.GetProperty("pulled");
        Assert.Equal(pulled.GetProperty("revenue").GetDecimal(), pushed.GetProperty("revenue").GetDecimal());
        Assert.True(pulled.GetProperty("network_bytes").GetInt64() > 10 * pushed.GetProperty("network_bytes").GetInt64());
    }
}

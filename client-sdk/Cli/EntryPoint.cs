using System.CommandLine;
using NearData.Cli.Commands;

namespace NearData.Cli;

/// <summary>The <c>neardata</c> command.</summary>
internal static class EntryPoint
{
    private static async Task<int> Main(string[] arguments)
    {
        RootCommand root = new(
            """
            NearData runs eBPF filter/reduce programs at the storage side, so that only aggregates cross the network.

              neardata demo                                                     the main job, end to end, in under a minute
              neardata gen tpch --sf 0.1 --out data/tpch                        something to query
              neardata run queries/programs/q6.c --root data/tpch --dataset lineitem --param from=1994-01-01 ...
              neardata serve --root data/tpch                                   a node; reach it with --node http://127.0.0.1:7420
            """)
        {
            DemoCommand.Create(),
            ServeCommand.Create(),
            GenCommand.Create(),
            DatasetsCommand.Create(),
            DescribeCommand.Create(),
            InspectCommand.Create(),
            LoadCommand.Create(),
            RunCommand.Create(),
            ExplainCommand.Create(),
            VerifyCommand.Create(),
            DisasmCommand.Create(),
            VmCommand.Create(),
            TraceCommand.Create(),
            ProgramsCommand.Create(),
            StatsCommand.Create(),
            UnloadCommand.Create(),
            MapCommand.Create(),
        };

        return await root.Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}

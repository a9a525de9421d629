using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>The queries of TPC-H in C, with stages where they join, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class TpchProgramTests(TpchFixture data)
{
    private static readonly string Queries = Path.Combine(Ground.Repository, "queries");

    public static TheoryData<string, double, Codec, int> Cases
    {
        get
        {
            TheoryData<string, double, Codec, int> cases = [];
            foreach (TpchProgram program in TpchProgram.All)
            {
                cases.Add(program.Name, 0.01, Codec.Uncompressed, 1);
                cases.Add(program.Name, 0.1, Codec.Snappy, 2);
                cases.Add(program.Name, 1, Codec.Zstd, 2);
            }

            return cases;
        }
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [MemberData(nameof(Cases))]
    public async Task A_query_s_programs_answer_what_DuckDB_answers(string name, double scaleFactor, Codec codec, int workers)
    {
        TpchProgram query = TpchProgram.All.Single(query => query.Name == name);
        string root = await data.EnsureAsync(scaleFactor, codec, [.. query.Tables]);
        await using NodeHost node = await NodeHost.StartAsync(
            new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
        await using NearDataClient client = NearDataClient.Connect(node.Address);

        ExecutionAnswer answer = await RunAsync(client, query);

        string sql = await File.ReadAllTextAsync(Path.Combine(Queries, "sql", $"{name}.sql"));
        string?[][] expected = data.Ask(sql.Replace("{root}", root, StringComparison.Ordinal));
        Assert.Equal(expected, answer.Groups.Count > 0 ? Rows(answer.Groups.Single()) : [[.. answer.Results.Select(result => result.Value.ToString(CultureInfo.InvariantCulture))]]);
        Assert.Contains(expected, row => row.Any(cell => cell is not ("0" or null)));
    }

    private static async Task<ExecutionAnswer> RunAsync(NearDataClient client, TpchProgram query)
    {
        List<LoadedProgram> programs = [];
        foreach (TpchStage stage in query.Stages)
        {
            string source = await File.ReadAllTextAsync(Path.Combine(Queries, "programs", stage.File));
            programs.Add(await client.LoadAsync(Clang.Compile(source), stage.Table.DatasetName));
        }

        return await programs[^1].ExecuteAsync(query.Stages[^1].Table.DatasetName, new ExecutionOptions
        {
            Before = [.. programs.Zip(query.Stages, (program, stage) => new ExecutionStage(program, stage.Table.DatasetName)).SkipLast(1)],
            Orders = [.. programs[^1].Groups.Where(_ => !query.Order.IsEmpty).TakeLast(1).Select(map => Order(map.Name, query))],
        });
    }

    private static GroupOrder Order(string map, TpchProgram query)
    {
        GroupOrder order = new() { Map = map };
        order.Keys.Add(query.Order.Select(key => new OrderKey { Column = key.Column, Descending = key.IsDescending }));
        if (query.Limit is { } limit)
        {
            order.Limit = (ulong)limit;
        }

        return order;
    }

    private static string[][] Rows(GroupRows groups) =>
    [
        .. Enumerable.Range(0, groups.Count).Select(row => Enumerable.Range(0, groups.Columns.Count)
            .Select(column => groups.Columns[column].Text ? groups.Text(row, column) : groups.Number(row, column).ToString(CultureInfo.InvariantCulture))
            .ToArray()),
    ];
}

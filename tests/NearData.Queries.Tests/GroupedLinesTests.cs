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

/// <summary>Lines by keys of numbers, few and many, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class GroupedLinesTests(TpchFixture data)
{
    public static TheoryData<string, double, Codec, int> Cases
    {
        get
        {
            TheoryData<string, double, Codec, int> cases = [];
            foreach (GroupedLines lines in GroupedLines.All)
            {
                cases.Add(lines.Name, 0.01, Codec.Uncompressed, 1);
                cases.Add(lines.Name, 0.1, Codec.Snappy, 2);
            }

            return cases;
        }
    }

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [MemberData(nameof(Cases))]
    public async Task The_greatest_groups_are_those_of_DuckDB(string name, double scaleFactor, Codec codec, int workers)
    {
        GroupedLines lines = GroupedLines.All.Single(lines => lines.Name == name);
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem);
        await using NodeHost node = await NodeHost.StartAsync(
            new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = workers });
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        LoadedProgram program = await client.LoadAsync(Clang.Compile(lines.Source), "lineitem");
        GroupOrder order = new() { Map = program.Groups.Single().Name, Limit = GroupedLines.Limit };
        order.Keys.Add(GroupedLines.Order.Select(key => new OrderKey { Column = key.Column, Descending = key.IsDescending }));

        ExecutionAnswer answer = await program.ExecuteAsync("lineitem", new ExecutionOptions { Orders = [order] });

        GroupRows groups = answer.Groups.Single();
        string[][] rows =
        [
            .. Enumerable.Range(0, groups.Count).Select(row => Enumerable.Range(0, groups.Columns.Count)
                .Select(column => groups.Columns[column].Text ? groups.Text(row, column) : groups.Number(row, column).ToString(CultureInfo.InvariantCulture)).ToArray()),
        ];
        Assert.Equal(data.Ask(lines.Sql.Replace("{root}", root, StringComparison.Ordinal)), rows);
        Assert.InRange(rows.Length, 7, GroupedLines.Limit);
    }
}

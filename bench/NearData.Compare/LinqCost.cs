using System.Globalization;
using System.Net;
using NearData.Client;
using NearData.Contracts.V1;
using NearData.Queries.Tpch;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Compare;

/// <summary>What LINQ costs against C: the programs that it makes of a query, and those in C, at one node in turn. Translation isn't in it.</summary>
internal static class LinqCost
{
    /// <summary>What <c>--linq</c> can run.</summary>
    public static bool Has(Query query) => LinqQuery.All.Any(linq => linq.Name == query.Name);

    public static async Task RunAsync(Query query, string folder, string codec, int threads, int repeat)
    {
        LinqQuery linq = LinqQuery.All.First(linq => linq.Name == query.Name);
        await using NodeHost node = await NodeHost.StartAsync(new NodeOptions { Root = folder, Endpoint = new IPEndPoint(IPAddress.Loopback, 0), Workers = threads });
        await using NearDataClient client = NearDataClient.Connect(node.Address);
        PlannedQuery? made = null;
        string[][] asked = await linq.AskAsync(new(client, new QueryObserver { Executing = planned => made = planned }));
        PlannedQuery written = await PlanAsync(client, query);
        Check(query, Text(asked), Text(linq.OfC(Rows(await written.ExecuteAsync()))));

        string first = Text(Rows(await made!.ExecuteAsync()));
        List<(double Linq, double C)> times = [];
        for (int i = 0; i < repeat; i++)
        {
            ExecutionAnswer c = await written.ExecuteAsync();
            ExecutionAnswer ours = await made.ExecuteAsync();
            Check(query, Text(Rows(ours)), first);
            times.Add((Milliseconds(ours), Milliseconds(c)));
        }

        double least = times.Min(pair => pair.Linq) / times.Min(pair => pair.C);
        double median = times.Select(pair => pair.Linq / pair.C).Order().ElementAt(repeat / 2);
        Console.WriteLine(
            $"{query.Name} {codec,-6} {threads} thread(s): C {times.Min(pair => pair.C):F1} ms, LINQ {times.Min(pair => pair.Linq):F1} ms, ratio {least:F2} (median of the pairs {median:F2})");
    }

    private static async Task<PlannedQuery> PlanAsync(NearDataClient client, Query query)
    {
        List<ExecutionStage> stages = [];
        foreach (QueryStage stage in query.Stages)
        {
            stages.Add(new ExecutionStage(await client.LoadAsync(Clang.Compile(stage.Source)), stage.Table.DatasetName));
        }

        ExecutionOptions options = new() { Before = [.. stages.SkipLast(1)] };
        if (stages[^1].Program.Groups.FirstOrDefault(map => !map.Frozen) is { } groups)
        {
            GroupOrder order = new() { Map = groups.Name, Keys = { query.Order.Select(key => new OrderKey { Column = key.Column, Descending = key.IsDescending }) } };
            if (query.Limit is { } limit)
            {
                order.Limit = (ulong)limit;
            }

            options = options with { Orders = [order] };
        }

        return new PlannedQuery(stages[^1], options);
    }

    private static string[][] Rows(ExecutionAnswer answer) => answer.Groups.Count == 0
        ? [[.. answer.Results.Select(result => result.Value.ToString(CultureInfo.InvariantCulture))]]
        : [.. answer.Groups.SelectMany(groups => Enumerable.Range(0, groups.Count).Select(row => groups.Columns.Select((column, index) =>
            column.Text ? groups.Text(row, index) : groups.Number(row, index).ToString(CultureInfo.InvariantCulture)).ToArray()))];

    // Groups without an order come in any.
    private static string Text(string[][] rows) => string.Join('\n', rows.Select(row => string.Join(", ", row)).Order(StringComparer.Ordinal));

    private static double Milliseconds(ExecutionAnswer answer) => answer.Counters.ElapsedNanoseconds / 1e6;

    private static void Check(Query query, string ours, string theirs)
    {
        if (ours != theirs)
        {
            throw new InvalidOperationException($"{query.Name}: LINQ says\n{ours}\nC says\n{theirs}");
        }
    }
}

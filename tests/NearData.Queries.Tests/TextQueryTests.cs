using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq.Expressions;
using System.Net;
using NearData.Client;
using NearData.Client.Linq;
using NearData.Contracts.V1;
using NearData.Parquet;
using NearData.Queries.Tpch;
using NearData.Queries.Tpch.Queries;
using NearData.Queries.Tpch.Rows;
using NearData.Server;
using NearData.TestSupport;

namespace NearData.Queries.Tests;

/// <summary>Text in LINQ, against DuckDB over the same files.</summary>
[Collection(TpchFixture.Name)]
public sealed class TextQueryTests(TpchFixture data)
{
    private static readonly string Mode = "MAIL";
    private static readonly string Missing = null!;

    public static TheoryData<Expression<Func<LineItem, bool>>, string> Conditions => new()
    {
        { l => l.ShipMode == "AIR", "l_shipmode = 'AIR'" },
        { l => "AIR" == l.ShipMode && l.Quantity < 24, "l_shipmode = 'AIR' AND l_quantity < 24" },
        { l => l.ShipMode != Mode, "l_shipmode <> 'MAIL'" },
        { l => l.ShipMode.Equals("SHIP") || l.ShipMode == Mode, "l_shipmode IN ('SHIP', 'MAIL')" },
        { l => l.ShipMode == Missing, "false" },
        { l => l.ShipMode != Missing, "true" },
        { l => l.ShipInstruct.StartsWith("DELIVER", StringComparison.Ordinal), "starts_with(l_shipinstruct, 'DELIVER')" },
        { l => l.ShipInstruct.StartsWith("TAKE BACK RETURN AND A LONG WAY ON"), "false" },
        { l => !l.ShipInstruct.EndsWith("COD"), "NOT suffix(l_shipinstruct, 'COD')" },
        { l => l.Comment.Contains("regular"), "contains(l_comment, 'regular')" },
        { l => l.Comment.Contains(l.ShipMode) || l.LineStatus == l.ReturnFlag, "contains(l_comment, l_shipmode) OR l_linestatus = l_returnflag" },
        {
            l => (l.ShipMode == "AIR" ? l.ExtendedPrice : l.Tax) * (l.ReturnFlag == "R" ? l.Discount : 0.01m) > 100,
            "(CASE WHEN l_shipmode = 'AIR' THEN l_extendedprice ELSE l_tax END) * (CASE WHEN l_returnflag = 'R' THEN l_discount ELSE 0.01 END) > 100"
        },
        {
            l => l.Quantity + (l.ShipMode == "AIR" ? 1 : 2) * (l.ReturnFlag == "R" ? 3 : 4) > l.Tax * 100 + (l.LineStatus == "O" ? l.Quantity : 30),
            "l_quantity + (CASE WHEN l_shipmode = 'AIR' THEN 1 ELSE 2 END) * (CASE WHEN l_returnflag = 'R' THEN 3 ELSE 4 END) > l_tax * 100 + (CASE WHEN l_linestatus = 'O' THEN l_quantity ELSE 30 END)"
        },
    };

    [TheoryNeeding(Needs.Node)]
    [MemberData(nameof(Conditions))]
    public async Task A_condition_on_text_keeps_the_rows_that_DuckDB_s_does(Expression<Func<LineItem, bool>> condition, string sql)
    {
        (NodeHost node, NearDataClient client, string root) = await StartAsync(0.01, Codec.Snappy);
        await using (node)
        await using (client)
        {
            long kept = await client.Dataset<LineItem>("lineitem").Where(condition).LongCountAsync();

            Assert.Equal(long.Parse(data.AskOne($"SELECT count(*) FROM '{root}/lineitem/*.parquet' WHERE {sql}").Single()!, CultureInfo.InvariantCulture), kept);
        }
    }

    [TheoryNeeding(Needs.Node)]
    [InlineData(0.01, Codec.Zstd)]
    [InlineData(0.1, Codec.Snappy)]
    public async Task Q1_in_LINQ_is_what_DuckDB_says(double scaleFactor, Codec codec)
    {
        (NodeHost node, NearDataClient client, string root) = await StartAsync(scaleFactor, codec);
        await using (node)
        await using (client)
        {
            IReadOnlyList<PricingSummary> groups = await Q1.SummaryAsync(client.Dataset<LineItem>("lineitem"), Q1.Until);

            string?[][] expected = data.Ask(
                $"""
                SELECT l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice), sum(l_extendedprice * (1 - l_discount)),
                       sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), avg(l_quantity), avg(l_extendedprice), avg(l_discount), count(*)
                FROM '{root}/lineitem/*.parquet' WHERE l_shipdate <= DATE '1998-09-02' GROUP BY ALL ORDER BY 1, 2
                """);
            Assert.Equal(
                expected.Select(row => (row[0], row[1], Number(row[2]), Number(row[3]), Number(row[4]), Number(row[5]), Number(row[9]))),
                groups.Select(g => ((string?)g.ReturnFlag, (string?)g.LineStatus, g.SumQuantity, g.SumBasePrice, g.SumDiscountedPrice, g.SumCharge, (decimal)g.Count)));
            foreach ((string?[] row, PricingSummary group) in expected.Zip(groups))
            {
                Assert.Equal(double.Parse(row[6]!, CultureInfo.InvariantCulture), (double)group.AverageQuantity, 9);
                Assert.Equal(double.Parse(row[7]!, CultureInfo.InvariantCulture), (double)group.AveragePrice, 6);
                Assert.Equal(double.Parse(row[8]!, CultureInfo.InvariantCulture), (double)group.AverageDiscount, 9);
            }
        }
    }

    [FactNeeding(Needs.Node)]
    public async Task Q1_in_LINQ_runs_over_vectors()
    {
        (NodeHost node, NearDataClient client, _) = await StartAsync(0.01, Codec.Snappy);
        await using (node)
        await using (client)
        {
            LoadedProgram? program = null;
            await Q1.SummaryAsync(client.Dataset<LineItem>("lineitem").Observe(new QueryObserver { Loaded = loaded => program = loaded }), Q1.Until);

            ExplainResponse explained = await program!.ExplainAsync(
                "lineitem", parameters: program.Parameters.ToDictionary(parameter => parameter.Name, _ => (ParameterValue)0));

            Assert.All(explained.Stages.Single().Programs, part => Assert.Equal("", part.Obstacle));
        }
    }

    [FactNeeding(Needs.Node)]
    public async Task A_text_that_the_key_has_no_room_for_is_an_error_and_not_another_group()
    {
        (NodeHost node, NearDataClient client, string root) = await StartAsync(0.01, Codec.Snappy);
        await using (node)
        await using (client)
        {
            GroupQuery<string> instructions = client.Dataset<ShortInstruction>("lineitem").GroupBy(l => l.ShipInstruct).Select(g => g.Key);
            InvalidOperationException thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => instructions.ToListAsync());
            Assert.Contains("[MaxLength]", thrown.Message, StringComparison.Ordinal);

            var modes = await client.Dataset<LineItem>("lineitem").GroupBy(l => l.ShipMode).Select(g => new { g.Key, Rows = g.Count() }).ToListAsync();
            Assert.Equal(
                data.Ask($"SELECT l_shipmode, count(*) FROM '{root}/lineitem/*.parquet' GROUP BY 1 ORDER BY 1").Select(row => $"{row[0]}: {row[1]}"),
                modes.OrderBy(mode => mode.Key, StringComparer.Ordinal).Select(mode => $"{mode.Key}: {mode.Rows}"));
        }
    }

    [FactNeeding(Needs.Node)]
    public async Task What_text_can_not_be_asked_is_refused_by_name()
    {
        (NodeHost node, NearDataClient client, _) = await StartAsync(0.01, Codec.Snappy);
        await using (node)
        await using (client)
        {
            Dataset<LineItem> lines = client.Dataset<LineItem>("lineitem");
            Assert.Contains("StringComparison.Ordinal", (await Refused(lines, l => l.ShipMode.StartsWith("a", StringComparison.OrdinalIgnoreCase))).Reason, StringComparison.Ordinal);
            Assert.Contains("character of value zero", (await Refused(lines, l => l.ShipMode == "a\0b")).Reason, StringComparison.Ordinal);
            Assert.Contains("the member String.Length is not supported", (await Refused(lines, l => l.ShipMode.Length > 3)).Reason, StringComparison.Ordinal);
            Assert.Contains("turn it around", (await Refused(lines, l => "AIR".StartsWith(l.ShipMode))).Reason, StringComparison.Ordinal);
            Assert.Contains(
                "text is no number", (await Assert.ThrowsAsync<QueryTranslationException>(() => lines.MinAsync(l => l.ShipMode))).Reason, StringComparison.Ordinal);
        }
    }

    private static Task<QueryTranslationException> Refused(Dataset<LineItem> lines, Expression<Func<LineItem, bool>> condition) =>
        Assert.ThrowsAsync<QueryTranslationException>(() => lines.CountAsync(condition));

    private async Task<(NodeHost Node, NearDataClient Client, string Root)> StartAsync(double scaleFactor, Codec codec)
    {
        string root = await data.EnsureAsync(scaleFactor, codec, TpchTable.LineItem);
        NodeHost node = await NodeHost.StartAsync(new NodeOptions { Root = root, Endpoint = new IPEndPoint(IPAddress.Loopback, 0) });
        return (node, NearDataClient.Connect(node.Address), root);
    }

    private sealed record ShortInstruction
    {
        [Column("l_shipinstruct")]
        [MaxLength(2)]
        public string ShipInstruct { get; init; } = "";
    }

    private static decimal Number(string? text) => decimal.Parse(text!, CultureInfo.InvariantCulture);
}

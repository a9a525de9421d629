using System.Collections.Immutable;
using System.Linq.Expressions;
using NearData.Client.Linq;
using NearData.Client.Tests.Generation;
using NearData.Client.Tests.Nodes;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>Queries made at random, answered by a node and by LINQ to objects over the same rows.</summary>
public sealed class RandomQueryTests
{
    private const int QueriesPerSeed = 150;

    public static TheoryData<int, Spread> Seeds
    {
        get
        {
            TheoryData<int, Spread> seeds = [];
            for (int seed = 1; seed <= 12; seed++)
            {
                seeds.Add(seed, seed % 3 == 0 ? Spread.Extreme : Spread.Ordinary);
            }

            return seeds;
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_translated_predicate_keeps_the_rows_that_CSharp_keeps(int seed, Spread spread)
    {
        ImmutableArray<Item> items = Items.Random(seed, count: 150, spread);
        await using InterpretingNode node = await InterpretingNode.StartAsync();
        node.Serve(items.ToTable());
        await using NearDataClient client = node.Connect();
        ExpressionGenerator<Item> generator = new(seed);
        int translated = 0;
        for (int query = 0; query < QueriesPerSeed; query++)
        {
            Expression<Func<Item, bool>> predicate = generator.Predicate();
            try
            {
                Task<int> found = client.Dataset<Item>("items").Where(predicate).CountAsync();
                await EqualAsync(() => items.Count(predicate.Compile()), found, predicate);
                translated++;
            }
            catch (Exception refusal) when (IsRefusal(refusal))
            {
                // The count below says that not everything is refused.
            }
        }

        Assert.InRange(translated, QueriesPerSeed / 3, QueriesPerSeed);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_translated_aggregate_is_exactly_what_CSharp_computes(int seed, Spread spread)
    {
        ImmutableArray<Item> items = Items.Random(seed, count: 100, spread);
        await using InterpretingNode node = await InterpretingNode.StartAsync();
        node.Serve(items.ToTable());
        await using NearDataClient client = node.Connect();
        ExpressionGenerator<Item> generator = new(seed);
        int translated = 0;
        for (int query = 0; query < QueriesPerSeed; query++)
        {
            try
            {
                await CompareAsync(query, items, client.Dataset<Item>("items"), generator);
                translated++;
            }
            catch (Exception refusal) when (IsRefusal(refusal))
            {
                // As above.
            }
        }

        Assert.InRange(translated, QueriesPerSeed / 4, QueriesPerSeed);
    }

    private static async Task CompareAsync(int kind, ImmutableArray<Item> items, Dataset<Item> dataset, ExpressionGenerator<Item> generator)
    {
        switch (kind % 6)
        {
            case 0:
                Expression<Func<Item, decimal?>> summand = generator.Selector<decimal?>();
                await EqualAsync(() => items.Sum(summand.Compile())!.Value, dataset.SumAsync(summand), summand);
                break;
            case 1:
                Expression<Func<Item, decimal?>> optional = generator.Selector<decimal?>();
                await EqualAsync(() => items.Average(optional.Compile()), dataset.AverageAsync(optional), optional);
                break;
            case 2:
                Expression<Func<Item, decimal>> averaged = generator.Selector<decimal>();
                await EqualAsync(() => items.Average(averaged.Compile()), dataset.AverageAsync(averaged), averaged);
                break;
            case 3:
                Expression<Func<Item, decimal?>> least = generator.Selector<decimal?>();
                await EqualAsync(() => items.Min(least.Compile()), dataset.MinAsync(least), least);
                break;
            case 4:
                Expression<Func<Item, int>> integer = generator.Selector<int>();
                await EqualAsync(() => items.Min(integer.Compile()), dataset.MinAsync(integer), integer);
                break;
            default:
                Expression<Func<Item, long?>> greatest = generator.Selector<long?>();
                await EqualAsync(() => items.Max(greatest.Compile()), dataset.MaxAsync(greatest), greatest);
                break;
        }
    }

    private static async Task EqualAsync<T>(Func<T> byCSharp, Task<T> byNode, LambdaExpression query)
    {
        T expected;
        try
        {
            expected = byCSharp();
        }
        catch (OverflowException)
        {
            // Where C# has no answer, the node must not have one either.
            Exception? refusal = await Record.ExceptionAsync(() => byNode);
            Assert.True(IsRefusal(refusal), $"{query}: overflows by C#, {refusal} by the node.");
            return;
        }

        T actual = await byNode;
        Assert.True(Equals(expected, actual), $"{query}: {expected} by C#, {actual} by the node.");
    }

    // What can't be proven is refused; what the client computes by itself overflows as C# does, even where C# would not get there.
    private static bool IsRefusal(Exception? thrown) => thrown is QueryTranslationException or OverflowException;
}

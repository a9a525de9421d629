using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Net;
using NearData.Client.Linq;
using NearData.Client.Tests.Generation;
using NearData.Client.Tests.Nodes;
using NearData.Client.Tests.Rows;
using NearData.Parquet;
using NearData.Server;
using NearData.TestSupport;
using Xunit.Abstractions;

namespace NearData.Client.Tests;

/// <summary>
/// Queries made at random over files made at random, answered by a whole node and by LINQ to objects over the same rows: whatever
/// the node leaves unread, undecoded or unrun, and whatever it decides from codes. <c>NEARDATA_LONG=1</c> looks at 300 files.
/// </summary>
public sealed class RandomFileTests(ITestOutputHelper output)
{
    private const int QueriesPerFile = 40;

    private static readonly ImmutableArray<string> Words = ["", "AIR", "AIR REG", "MAIL", "RAIL", "SHIP", "TRUCK", "a text of more than sixteen bytes", "ümlaut"];

    [Fact]
    public async Task A_node_answers_as_LINQ_to_objects_does_however_the_file_lies()
    {
        int files = LongRun.Count(usual: 8, thorough: 300);
        (int translated, int kept) = (0, 0);
        for (int seed = LongRun.First; seed < LongRun.First + files; seed++)
        {
            using ServedFolder folder = new();
            ImmutableArray<Item> items = Write(folder, seed);
            await using NodeHost node = await NodeHost.StartAsync(new NodeOptions
            {
                Root = folder.Path,
                Endpoint = new IPEndPoint(IPAddress.Loopback, 0),
                Workers = 1 + (seed % 2),
                UntrustedTenants = seed % 4 == 3 ? [NodeOptions.EveryTenant] : [],
            });
            await using NearDataClient client = NearDataClient.Connect(node.Address);
            ExpressionGenerator<Item> generator = new(seed);
            Random random = new(seed);
            for (int query = 0; query < QueriesPerFile; query++)
            {
                Expression<Func<Item, bool>> predicate = Join(generator.Predicate(), Other(random), random);
                try
                {
                    Item[] found = [.. items.Where(predicate.Compile())];
                    await CompareAsync(found, client.Dataset<Item>("items").Where(predicate), query, $"seed {seed}, query {query}, {predicate}");
                    translated++;
                    kept += found.Length > 0 && found.Length < items.Length ? 1 : 0;
                }
                catch (Exception refusal) when (refusal is QueryTranslationException or OverflowException)
                {
                    // Overflows, by C# or of what the client computes itself, aren't compared, nor is what can't be translated. The counts below bound how many.
                }
            }
        }

        output.WriteLine($"{translated} queries of {files * QueriesPerFile}, {kept} of them keep some of the rows");
        Assert.InRange(translated, files * QueriesPerFile / 2, files * QueriesPerFile);
        Assert.InRange(kept, files * QueriesPerFile / 6, files * QueriesPerFile);
    }

    private static async Task CompareAsync(Item[] found, Dataset<Item> query, int kind, string message)
    {
        switch (kind % 6)
        {
            case 0:
                Equal(found.Length, await query.CountAsync(), message);
                break;
            case 1:
                Equal(found.Sum(item => (long)item.Id * item.Small), await query.SumAsync(item => (long)item.Id * item.Small), message);
                break;
            case 2:
                Equal(found.Sum(item => item.Price), await query.SumAsync(item => item.Price), message);
                break;
            case 3:
                Equal(found.Max(item => item.MaybePrice), await query.MaxAsync(item => item.MaybePrice), message);
                break;
            case 4:
                SameRows(
                    found.GroupBy(item => item.Comment).Select(g => new { g.Key, Count = g.Count(), Sum = g.Sum(item => item.FineGrained) }),
                    await query.GroupBy(item => item.Comment).Select(g => new { g.Key, Count = g.Count(), Sum = g.Sum(item => item.FineGrained) }).ToListAsync(),
                    row => row.Key,
                    message);
                break;
            default:
                SameRows(
                    found.GroupBy(item => new { item.Tiny, item.Flag }).Select(g => new { g.Key, Count = g.Count(), Least = g.Min(item => item.ShipDate) }),
                    await query.GroupBy(item => new { item.Tiny, item.Flag }).Select(g => new { g.Key, Count = g.Count(), Least = g.Min(item => item.ShipDate) }).ToListAsync(),
                    row => row.Key.ToString(),
                    message);
                break;
        }
    }

    private static void SameRows<T>(IEnumerable<T> expected, IEnumerable<T> actual, Func<T, string?> key, string message)
    {
        T[] byCSharp = [.. expected.OrderBy(key, StringComparer.Ordinal)];
        T[] byNode = [.. actual.OrderBy(key, StringComparer.Ordinal)];
        Assert.True(byCSharp.SequenceEqual(byNode), $"{message}: {string.Join('\n', byCSharp)} by C#, {string.Join('\n', byNode)} by the node.");
    }

    private static void Equal<T>(T expected, T actual, string message) =>
        Assert.True(Equals(expected, actual), $"{message}: {expected} by C#, {actual} by the node.");

    // What many filters are made of, beside what the generator thinks of: texts, and narrow ranges of what files are sorted by.
    private static Expression<Func<Item, bool>> Other(Random random)
    {
        string word = Words[random.Next(Words.Length)];
        (int low, int high) = (random.Next(-60, 60), random.Next(-60, 60));
        DateOnly date = new DateOnly(1992, 1, 2).AddDays(random.Next(2500));
        DateOnly until = date.AddDays(random.Next(1, 400));
        return random.Next(8) switch
        {
            0 => item => item.Comment == word,
            1 => item => item.Comment.StartsWith(word.Substring(0, Math.Min(word.Length, 2))),
            2 => item => item.Comment != word && item.Comment.Contains("AI"),
            3 => item => item.ShipDate >= date && item.ShipDate < until,
            4 => item => item.Small >= low && item.Small <= high,
            5 => item => item.Tiny == 3 || item.MaybeId == low,
            6 => item => item.MaybeDate < until,
            _ => item => item.Discount == 0.05m && item.Small < high,
        };
    }

    private static Expression<Func<Item, bool>> Join(Expression<Func<Item, bool>> first, Expression<Func<Item, bool>> second, Random random)
    {
        Expression other = new Replaced(second.Parameters[0], first.Parameters[0]).Visit(second.Body);
        Expression joined = random.Next(4) switch
        {
            0 => first.Body,
            1 => Expression.OrElse(first.Body, other),
            2 => other,
            _ => Expression.AndAlso(other, first.Body),
        };
        return Expression.Lambda<Func<Item, bool>>(joined, first.Parameters[0]);
    }

    private static ImmutableArray<Item> Write(ServedFolder folder, int seed)
    {
        Random random = new(seed);
        Spread spread = seed % 3 == 2 ? Spread.Extreme : Spread.Ordinary;
        ImmutableArray<Item> items = [.. Items.Random(seed, count: random.Next(9_000, 15_000), spread).Select(item => item with { Comment = Words[random.Next(Words.Length)] })];
        items = random.Next(4) switch
        {
            0 => [.. items.OrderBy(item => item.ShipDate)],
            1 => [.. items.OrderBy(item => item.Comment, StringComparer.Ordinal).ThenBy(item => item.Tiny).ThenBy(item => item.MaybeId)],
            2 => [.. items.Take(60).SelectMany(item => Enumerable.Repeat(item, 1 + random.Next(random.Next(2) == 0 ? 12 : 600)))],
            _ => items,
        };
        ParquetWriterOptions options = new()
        {
            Codec = Pick(random, Codec.Uncompressed, Codec.Snappy, Codec.Zstd),
            DataPageRows = Pick(random, 100, 700, 5_000, 20_000),
            DataPageVersion = Pick(random, DataPageVersion.V1, DataPageVersion.V2),
            Dictionary = random.Next(5) == 0 ? DictionaryUse.Never : DictionaryUse.WhereSmaller,

            // Some dictionaries are given up in the midst of a row group.
            DictionaryBytes = Pick(random, 1 << 20, 1_000),
            ValueEncoding = random.Next(3) == 0 ? ValueEncoding.Delta : ValueEncoding.Plain,
            HasPageIndexes = random.Next(2) == 0,
            BloomFilters = random.Next(3) == 0 ? new HashSet<string>(StringComparer.Ordinal) { "comment", "small", "tiny", "maybe_id" } : ImmutableHashSet<string>.Empty,
        };
        items.ToTable().With("comment", items.Select(item => (long?)Words.IndexOf(item.Comment)))
            .WriteTo(folder, Words, rowGroupRows: random.Next(2_000, 9_000), options);
        return items;
    }

    private static T Pick<T>(Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    /// <summary>Puts one parameter in place of another.</summary>
    private sealed class Replaced(ParameterExpression old, ParameterExpression put) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == old ? put : node;
    }
}

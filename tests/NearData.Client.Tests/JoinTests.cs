using System.Collections.Immutable;
using System.Linq.Expressions;
using NearData.Client.Linq;
using NearData.Client.Tests.Generation;
using NearData.Client.Tests.Nodes;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>Joins, and questions for other datasets' records, answered by a node and by LINQ to objects over the same rows.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    private const int QueriesPerSeed = 40;

    private readonly ImmutableArray<Item> _items = Items.Random(seed: 1, count: 200);
    private readonly ImmutableArray<Item> _keyed = Keyed(seed: 2);
    private readonly ImmutableArray<Item> _others = Keyed(seed: 3);
    private InterpretingNode _node = null!;
    private NearDataClient _client = null!;

    public sealed record Pair(Item Left, Item Right);

    public sealed record Triple(Item First, Item Second, Item Third);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 6)];

    private Dataset<Item> Left => _client.Dataset<Item>("items");

    private Dataset<Item> Right => _client.Dataset<Item>("keyed");

    private Dataset<Item> Other => _client.Dataset<Item>("others");

    public async Task InitializeAsync()
    {
        _node = await InterpretingNode.StartAsync();
        _node.Serve(_items.ToTable());
        _node.Serve(_keyed.ToTable("keyed"));
        _node.Serve(_others.ToTable("others"));
        _node.Serve(ImmutableArray<Item>.Empty.ToTable("empty"));
        _client = _node.Connect();
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Generated_queries_over_a_join_are_what_CSharp_computes(int seed)
    {
        ExpressionGenerator<Item> one = new(seed);
        ExpressionGenerator<Pair> two = new(seed, nameof(Pair.Left), nameof(Pair.Right));
        await CompareAsync(seed, () =>
        {
            Expression<Func<Item, bool>> left = one.Predicate(), right = one.Predicate();
            Expression<Func<Item, decimal?>> outer = Pick<Expression<Func<Item, decimal?>>>(seed, l => l.Small, l => l.MaybeId, l => l.Discount * 100);
            Expression<Func<Item, decimal?>> inner = r => r.Id;
            return (
                Left.Where(left).Join(Right.Where(right), outer, inner, (l, r) => new Pair(l, r)),
                _items.Where(left.Compile()).Join(_keyed.Where(right.Compile()), outer.Compile(), inner.Compile(), (l, r) => new Pair(l, r)));
        }, two);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Generated_queries_over_a_row_of_a_row_are_what_CSharp_computes(int seed)
    {
        ExpressionGenerator<Pair> pairs = new(seed, nameof(Pair.Left), nameof(Pair.Right));
        ExpressionGenerator<Triple> triples = new(seed, nameof(Triple.First), nameof(Triple.Second), nameof(Triple.Third));
        await CompareAsync(seed, () =>
        {
            Expression<Func<Pair, bool>> between = pairs.Predicate();
            return seed % 2 == 0
                ? (Left.Join(Right, l => l.Small, r => r.Id, (l, r) => new Pair(l, r)).Where(between)
                    .Join(Other, x => x.Right.Tiny - x.Left.Tiny, o => o.Id, (x, o) => new Triple(x.Left, x.Right, o)),
                  _items.Join(_keyed, l => l.Small, r => r.Id, (l, r) => new Pair(l, r)).Where(between.Compile())
                    .Join(_others, x => x.Right.Tiny - x.Left.Tiny, o => o.Id, (x, o) => new Triple(x.Left, x.Right, o)))
                : (Left.Join(
                    Right.Join(Other, r => r.MaybeId, o => (int?)o.Id, (r, o) => new Pair(r, o)).Where(between),
                    l => l.Small, x => x.Left.Id, (l, x) => new Triple(l, x.Left, x.Right)),
                  _items.Join(
                    _keyed.Join(_others, r => r.MaybeId, o => (int?)o.Id, (r, o) => new Pair(r, o)).Where(between.Compile()),
                    l => l.Small, x => x.Left.Id, (l, x) => new Triple(l, x.Left, x.Right)));
        }, triples);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Generated_questions_for_other_records_are_what_CSharp_answers(int seed)
    {
        ExpressionGenerator<Item> generator = new(seed);
        int answered = 0;
        for (int query = 0; query < QueriesPerSeed; query++)
        {
            Expression<Func<Item, bool>> asked = generator.Predicate();
            Dataset<Item> right = Right.Where(asked);
            Item[] rows = [.. _keyed.Where(asked.Compile())];
            try
            {
                Assert.Equal(_items.Count(l => rows.Any(r => r.Tiny == l.Tiny && r.Flag == l.Flag)), await Left.CountAsync(l => right.Any(r => r.Tiny == l.Tiny && r.Flag == l.Flag)));
                Assert.Equal(
                    _items.Count(l => l.Flag || !rows.Any(r => l.MaybeId == r.MaybeId && l.Big > 0)),
                    await Left.CountAsync(l => l.Flag || !right.Any(r => l.MaybeId == r.MaybeId && l.Big > 0)));
                Assert.Equal(
                    _items.Sum(l => l.Id + (rows.Any(r => r.Id == l.MaybeId && r.Big > 0) ? l.Id * 2 : l.Tiny)),
                    await Left.SumAsync(l => l.Id + (right.Any(r => r.Id == l.MaybeId && r.Big > 0) ? l.Id * 2 : l.Tiny)));
                Assert.Equal(
                    _items.Count(l => rows.Select(r => r.Discount).Contains(l.Discount)), await Left.CountAsync(l => right.Select(r => r.Discount).Contains(l.Discount)));
                answered++;
            }
            catch (Exception refusal) when (refusal is QueryTranslationException or OverflowException)
            {
                // The count below says that not everything is refused.
            }
        }

        Assert.InRange(answered, QueriesPerSeed / 3, QueriesPerSeed);
    }

    [Fact]
    public async Task Keys_of_several_parts_and_of_other_scales_are_equal_where_their_values_are()
    {
        int flags = _keyed.Select(r => (r.Tiny, r.Flag)).Distinct().Count();
        Item[] unique = [.. _keyed.DistinctBy(r => (r.Tiny, r.Flag))];
        _node.Serve(ImmutableArray.Create(unique).ToTable("unique"));
        Dataset<Item> dataset = _client.Dataset<Item>("unique");

        Assert.Equal(flags, unique.Length);
        Assert.Equal(
            _items.Join(unique, l => new { l.Tiny, l.Flag }, r => new { r.Tiny, r.Flag }, (l, r) => l.Price + r.Price).Sum(),
            await Left.Join(dataset, l => new { l.Tiny, l.Flag }, r => new { r.Tiny, r.Flag }, (l, r) => l.Price + r.Price).SumAsync(x => x));
        Assert.Equal(
            _items.Join(_keyed, l => l.Discount, r => r.FineGrained, (l, r) => r.Id).Sum(),
            await Left.Join(Right, l => l.Discount, r => r.FineGrained, (l, r) => r.Id).SumAsync(x => x));
        Assert.NotEqual(0, await Left.Join(Right, l => l.Discount, r => r.FineGrained, (l, r) => r.Id).CountAsync());
    }

    [Fact]
    public async Task Rows_whose_key_is_null_are_found_by_nobody()
    {
        Item[] rows = [.. _keyed.Select((r, index) => r with { MaybeId = index < 30 ? null : index - 30 })];
        _node.Serve(ImmutableArray.Create(rows).ToTable("nulls"));

        Assert.Equal(
            _items.Join(rows, l => (int?)l.Tiny, r => r.MaybeId, (l, r) => r.Id).Sum(),
            await Left.Join(_client.Dataset<Item>("nulls"), l => (int?)l.Tiny, r => r.MaybeId, (l, r) => r.Id).SumAsync(x => x));
        Assert.Contains(_items, l => l.Tiny == 0);
    }

    [Fact]
    public async Task Query_syntax_and_a_dataset_joined_with_itself_are_joins_too()
    {
        int least = -10;
        var query = from l in Left
                    join r in Right on l.Small equals r.Id
                    join o in Right on r.Tiny equals o.Id
                    where l.Flag && o.Id > least && r.Tiny * l.Tiny > 3
                    select new { Sum = l.Id + r.Small, o.Price };
        var expected = from l in _items
                       join r in _keyed on l.Small equals r.Id
                       join o in _keyed on r.Tiny equals o.Id
                       where l.Flag && o.Id > least && r.Tiny * l.Tiny > 3
                       select new { Sum = l.Id + r.Small, o.Price };

        Assert.Equal(expected.Sum(x => x.Sum * x.Price), await query.SumAsync(x => x.Sum * x.Price));
        Assert.NotEmpty(expected);
        Dataset<int> ids = Right.Select(r => r.Id);
        Assert.Equal(
            _keyed.Sum(r => r.Id), await ids.Join(ids, a => a, b => b, (a, b) => new { A = a, B = b }).SumAsync(x => x.A * 2 - x.B));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Generated_queries_over_groups_that_are_looked_up_are_what_CSharp_computes(int seed)
    {
        ExpressionGenerator<Item> generator = new(seed);
        int answered = 0;
        for (int query = 0; query < QueriesPerSeed; query++)
        {
            Expression<Func<Item, bool>> kept = generator.Predicate();
            LambdaReplacement generated = new(generator.Predicate(), generator.Selector<decimal?>());
            (GroupQuery<GroupedItems> groups, IEnumerable<GroupedItems> rows) = Group(
                Left.Where(kept),
                _items.Where(kept.Compile()),
                l => new { l.Tiny, l.MaybeFlag },
                g => new GroupedItems
                {
                    Tiny = g.Key.Tiny,
                    Flag = g.Key.MaybeFlag,
                    Rows = g.Count(),
                    Counted = g.Count(l => l.Flag),
                    Sum = g.Sum(l => l.MaybePrice),
                    Most = g.Max(l => l.MaybePrice),
                    Least = g.Min(l => l.MaybeBig),
                },
                generated);
            var node = Right.Join(groups, r => new { Flag = r.MaybeFlag, r.Tiny }, g => new { g.Flag, g.Tiny }, (r, g) => new { r, g });

            // A null is no key of a join at the node, also within one of several values; C# has such objects equal.
            var expected = _keyed.Where(r => r.MaybeFlag is not null).Join(
                rows, r => new { Flag = r.MaybeFlag, r.Tiny }, g => new { g.Flag, g.Tiny }, (r, g) => new { r, g });
            try
            {
                Assert.Equal(expected.Count(x => x.g.Counted < x.r.Id), await node.CountAsync(x => x.g.Counted < x.r.Id));
                Assert.Equal(expected.Sum(x => x.g.Sum), await node.SumAsync(x => x.g.Sum));
                Assert.Equal(expected.Max(x => x.g.Most), await node.MaxAsync(x => x.g.Most));
                Assert.Equal(
                    expected.Where(x => x.g.Least > x.r.Small || x.g.Tiny == 3).Sum(x => x.g.Least ?? x.g.Rows * x.r.Tiny),
                    await node.Where(x => x.g.Least > x.r.Small || x.g.Tiny == 3).SumAsync(x => x.g.Least ?? x.g.Rows * x.r.Tiny));
                answered++;
            }
            catch (Exception refusal) when (refusal is QueryTranslationException or OverflowException)
            {
                // The count below says that not everything is refused.
            }
        }

        Assert.InRange(answered, QueriesPerSeed / 5, QueriesPerSeed);
    }

    [Fact]
    public async Task Nothing_is_found_in_nothing()
    {
        Dataset<Item> empty = _client.Dataset<Item>("empty");

        Assert.Equal(0, await Left.Join(empty, l => l.Small, r => r.Id, (l, r) => new Pair(l, r)).CountAsync());
        Assert.Equal(0, await empty.Join(Right, l => l.Small, r => r.Id, (l, r) => new Pair(l, r)).CountAsync());
        Assert.Null(await Left.Join(empty, l => l.Small, r => r.Id, (l, r) => r.MaybePrice).MaxAsync(x => x));
        Assert.Equal(_items.Length, await Left.CountAsync(l => !empty.Any(r => r.Id == l.Id)));
    }

    private static async Task CompareAsync<TRow>(int seed, Func<(Dataset<TRow> Node, IEnumerable<TRow> CSharp)> make, ExpressionGenerator<TRow> generator)
    {
        int answered = 0;
        int found = 0;
        for (int query = 0; query < QueriesPerSeed; query++)
        {
            (Dataset<TRow> node, IEnumerable<TRow> rows) = make();
            Expression<Func<TRow, bool>> predicate = generator.Predicate();
            Expression<Func<TRow, decimal?>> value = generator.Selector<decimal?>();
            try
            {
                int expected = rows.Count(predicate.Compile());
                Assert.True(expected == await node.CountAsync(predicate), $"{predicate} with seed {seed}");
                Assert.True(rows.Where(predicate.Compile()).Sum(value.Compile()) == await node.Where(predicate).SumAsync(value), $"{value} where {predicate} with seed {seed}");
                Assert.True(rows.Max(value.Compile()) == await node.MaxAsync(value), $"{value} with seed {seed}");
                answered++;
                found += expected;
            }
            catch (Exception refusal) when (refusal is QueryTranslationException or OverflowException)
            {
                // The counts below say that not everything is refused.
            }
        }

        Assert.InRange(answered, QueriesPerSeed / 5, QueriesPerSeed);
        Assert.InRange(found, 1, int.MaxValue);
    }

    private static (GroupQuery<GroupedItems> Node, IEnumerable<GroupedItems> CSharp) Group<TKey>(
        Dataset<Item> node,
        IEnumerable<Item> rows,
        Expression<Func<Item, TKey>> key,
        Expression<Func<IGrouping<TKey, Item>, GroupedItems>> selector,
        LambdaReplacement generated)
    {
        var filled = (Expression<Func<IGrouping<TKey, Item>, GroupedItems>>)generated.Visit(selector);
        return (node.GroupBy(key).Select(filled), rows.GroupBy(key.Compile()).Select(filled.Compile()));
    }

    private static T Pick<T>(int number, params ReadOnlySpan<T> choices) => choices[number % choices.Length];

    // Ids are of one row each, as are the numbers that some columns hold.
    private static ImmutableArray<Item> Keyed(int seed) =>
    [
        .. Items.Random(seed, count: 60).Select((item, index) => item with { Id = index - 30, FineGrained = index / 100m }),
    ];

    private sealed record GroupedItems
    {
        public byte Tiny { get; init; }

        public bool? Flag { get; init; }

        public int Rows { get; init; }

        public int Counted { get; init; }

        public decimal? Sum { get; init; }

        public decimal? Most { get; init; }

        public long? Least { get; init; }
    }

    /// <summary>Puts generated lambdas in the place of those of their type.</summary>
    private sealed class LambdaReplacement(params LambdaExpression[] generated) : ExpressionVisitor
    {
        protected override Expression VisitLambda<T>(Expression<T> node) => generated.FirstOrDefault(lambda => lambda.Type == typeof(T)) ?? base.VisitLambda(node);
    }
}

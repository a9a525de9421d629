using System.Collections.Immutable;
using NearData.Client.Linq;
using NearData.Client.Tests.Nodes;
using NearData.Client.Tests.Rows;

namespace NearData.Client.Tests;

/// <summary>Joins that would be wrong are errors, and those that have no translation are refused by name.</summary>
public sealed class JoinRefusalTests : IAsyncLifetime
{
    private readonly ImmutableArray<Item> _rows = [.. Items.Random(seed: 5, count: 100).Select((item, index) => item with { Id = index, Small = (short)(index % 20) })];
    private InterpretingNode _node = null!;
    private NearDataClient _client = null!;

    private sealed record Pair(Item Left, Item Right);

    private sealed class Opaque(int id)
    {
        public int Id => id + 1;
    }

    private Dataset<Item> Rows => _client.Dataset<Item>("rows");

    private Dataset<Item> Twice => _client.Dataset<Item>("twice");

    public async Task InitializeAsync()
    {
        _node = await InterpretingNode.StartAsync();
        _node.Serve(_rows.ToTable("rows"));

        // Of the ids from 10 to 19 there are two rows each, and of those from 20 on one.
        _node.Serve(ImmutableArray.Create<Item>([.. _rows.Skip(10), .. _rows.Skip(10).Take(10)]).ToTable("twice"));
        _node.Serve(Items.Random(seed: 6, count: 10, Spread.Extreme).ToTable("wide") with { HasStatistics = false });
        _client = _node.Connect();
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_key_of_two_rows_is_an_error_that_says_of_what()
    {
        var pairs = Rows.Join(Twice, l => l.Id, r => r.Id, (l, r) => new Pair(l, r));

        DuplicateKeyException error = await Assert.ThrowsAsync<DuplicateKeyException>(() => pairs.SumAsync(x => x.Right.Price));
        Assert.Equal(("twice", "r.Id", 10L), (error.Dataset, error.Key, error.Records));
        Assert.Contains("looks up one row of 'twice' by r.Id, and 10 records found a key of several rows", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => pairs.CountAsync());
    }

    [Fact]
    public async Task No_predicate_over_the_rows_hides_that_there_are_several()
    {
        var pairs = Rows.Join(Twice, l => l.Id, r => r.Id, (l, r) => new Pair(l, r));

        Assert.Equal(5, (await Assert.ThrowsAsync<DuplicateKeyException>(() => pairs.CountAsync(x => x.Left.Id < 15 && x.Left.Id + x.Right.Small > 100_000))).Records);
    }

    [Fact]
    public async Task Rows_that_nobody_finds_may_be_several()
    {
        Assert.Equal(80, await Rows.Where(l => l.Id >= 20).Join(Twice, l => l.Id, r => r.Id, (l, r) => new Pair(l, r)).CountAsync());
        Assert.Equal(80, await Rows.Join(Twice, l => l.Id, r => r.Id, (l, r) => new Pair(l, r)).Where(x => x.Right.Id >= 20).CountAsync());
        Assert.Equal(90, await Rows.CountAsync(l => Twice.Any(r => r.Id == l.Id)));
    }

    [Fact]
    public async Task That_there_are_several_rows_of_a_row_is_told_by_the_last_stage()
    {
        // Ten of the inner rows find two of their own, which half of the outer records find.
        var inner = Rows.Join(Twice, l => l.Id, r => r.Id, (l, r) => new Pair(l, r)).Where(x => x.Left.Big + x.Right.Big > 1_000_000_000);
        var all = Rows.Where(l => l.Small < 15).Join(inner, l => (int)l.Small, x => x.Left.Id, (l, x) => new { l, x });

        DuplicateKeyException error = await Assert.ThrowsAsync<DuplicateKeyException>(() => all.CountAsync());

        Assert.Equal(("rows", 25L), (error.Dataset, error.Records));
        Assert.Equal(0, await Rows.Where(l => l.Small < 10).Join(inner, l => (int)l.Small, x => x.Left.Id, (l, x) => x).CountAsync());
    }

    [Fact]
    public async Task That_there_are_several_rows_of_a_row_of_a_group_is_told_by_the_last_stage()
    {
        var groups = Rows.Join(Twice, l => l.Id, r => r.Id, (l, r) => new Pair(l, r)).GroupBy(x => x.Left.Small)
            .Select(g => new { g.Key, Sum = g.Sum(x => x.Right.Price), Rows = g.Count() });

        // Each group has one such row: the ids from 10 to 19 are those of groups from 10 to 19.
        DuplicateKeyException error = await Assert.ThrowsAsync<DuplicateKeyException>(
            () => Rows.Where(l => l.Id < 15).Join(groups, l => l.Small, g => g.Key, (l, g) => g.Sum).SumAsync(x => x));

        Assert.Equal(("rows", 5L), (error.Dataset, error.Records));
        Assert.Equal(40, await Rows.Where(l => l.Id < 10).Join(groups, l => l.Small, g => g.Key, (l, g) => g.Rows).SumAsync(x => x));
    }

    [Fact]
    public async Task Groups_that_can_not_be_looked_up_are_refused_by_name()
    {
        var groups = Rows.GroupBy(l => new { l.Small, l.Tiny }).Select(g => new { g.Key.Small, g.Key.Tiny, Most = g.Max(l => l.Id), Mean = g.Average(l => l.Price), Sum = g.Sum(l => l.Id) });

        await RefusedAsync("new", "by all 2 values of their key", () => Rows.Join(groups, l => l.Small, g => g.Small, (l, g) => g.Most).SumAsync(x => x));
        await RefusedAsync("g.Max(l => l.Id)", "by the values of their key", () => Rows.Join(groups, l => l.Id, g => g.Most, (l, g) => g.Most).SumAsync(x => x));
        await RefusedAsync("Average", "an average isn't brought along", () => Rows.Join(
            groups, l => new { l.Small, l.Tiny }, g => new { g.Small, g.Tiny }, (l, g) => g.Mean).SumAsync(x => x));
        await RefusedAsync("Sum", "Cast an operand to long", () => Rows.Join(
            Rows.GroupBy(l => l.Small).Select(g => new { g.Key, Sum = g.Sum(l => l.Id * 1_000_000) }), l => l.Small, g => g.Key, (l, g) => g.Sum).SumAsync(x => x));
        Assert.Contains("joined whole", Assert.Throws<ArgumentException>(
            () => Rows.Join(groups.Take(3), l => l.Small, g => g.Small, (l, g) => g.Most)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_translation_is_refused_by_name()
    {
        var pairs = Rows.Join(Rows, l => l.Id, r => r.Id, (l, r) => new Pair(l, r));

        await RefusedAsync("r.Comment", "text isn't brought along", () => pairs.CountAsync(x => x.Left.Comment == x.Right.Comment));
        await RefusedAsync("l.Comment", "text can't be a key", () => Rows.Join(Rows, l => l.Comment, r => r.Comment, (l, r) => l).CountAsync());
        await RefusedAsync("r.Id", "a value of the dataset itself", () => Rows.Join(pairs, l => l.Id, x => x.Right.Id, (l, x) => l).CountAsync());
        await RefusedAsync("r", "the row as a whole has no value", () => pairs.CountAsync(x => x.Right == null));
        await RefusedAsync("new Opaque(l.Id).Id", "only properties of the row are columns", () => Rows.Select(l => new Opaque(l.Id)).CountAsync(x => x.Id > 3));
        await RefusedAsync("(Convert(l.Id, Int64) * r.Big) * r.Big", "does not hold", () => pairs.SumAsync(x => x.Left.Id * x.Right.Big * x.Right.Big * x.Right.Big * x.Right.Big));
        await RefusedAsync("r.Huge", "no 64-bit integer type holds both", () => Rows.Join(_client.Dataset<Item>("wide"), l => (decimal)l.Big, r => (decimal)r.Huge, (l, r) => l).CountAsync());
    }

    [Fact]
    public async Task A_question_for_other_records_is_refused_by_name_where_it_has_no_translation()
    {
        var pairs = Rows.Join(Rows, l => l.Id, r => r.Id, (l, r) => new Pair(l, r));

        await RefusedAsync("r.Id > l.Id", "compared as one value of each with ==", () => Rows.CountAsync(l => Twice.Any(r => r.Id > l.Id)));
        await RefusedAsync("(r.Id + l.Id) == Convert(l.Tiny, Int32)", "compared as one value of each with ==", () => Rows.CountAsync(l => Twice.Any(r => r.Id + l.Id == (int)l.Tiny)));
        await RefusedAsync("Any", "nothing of its records is compared", () => Rows.CountAsync(l => Twice.Any(r => r.Id > 3 && l.Id > 3)));
        await RefusedAsync("Any", "not a join", () => Rows.CountAsync(l => pairs.Any(x => x.Left.Id == l.Id)));
        Assert.Contains("within the lambdas of another query", Assert.Throws<InvalidOperationException>(() => Rows.Any(l => l.Flag)).Message, StringComparison.Ordinal);
        Assert.Contains("within the lambdas of another query", Assert.Throws<InvalidOperationException>(() => Rows.Select(l => l.Id).Contains(3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queries_of_two_clients_can_not_be_joined()
    {
        await using NearDataClient other = _node.Connect();
        Dataset<Item> foreign = other.Dataset<Item>("twice");

        await RefusedAsync("Any", "'twice' is a query of another client", () => Rows.CountAsync(l => foreign.Any(r => r.Id == l.Id)));
        Assert.Contains(
            "queries of different clients",
            Assert.Throws<ArgumentException>(() => Rows.Join(foreign, l => l.Id, r => r.Id, (l, r) => l)).Message,
            StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string subject, string reason, Func<Task> query)
    {
        QueryTranslationException thrown = await Assert.ThrowsAsync<QueryTranslationException>(query);
        Assert.Contains(subject, thrown.Subject, StringComparison.Ordinal);
        Assert.Contains(reason, thrown.Reason, StringComparison.Ordinal);
    }
}

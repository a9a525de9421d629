using System.Collections.Immutable;
using System.Linq.Expressions;

namespace NearData.Client.Linq;

/// <summary>What is asked of groups.</summary>
/// <param name="Projection">The key, and what is made of each group.</param>
/// <param name="MaxGroups">More of them end an execution.</param>
/// <param name="Sorts">The most significant first.</param>
/// <param name="Limit">The most that come back; null for all.</param>
internal sealed record GroupRequest(GroupProjection Projection, int MaxGroups, ImmutableArray<GroupSort> Sorts, int? Limit)
{
    /// <summary>Over what is made of a group: all of them hold for those that come back.</summary>
    public ImmutableArray<LambdaExpression> Having { get; private init; } = [];

    /// <summary>What is asked of records.</summary>
    public IEnumerable<LambdaExpression> Lambdas => Projection.Values.Concat(Sorts.Select(sort => sort.Value))
        .OfType<GroupValue.Aggregate>().Select(aggregate => aggregate.Selector).OfType<LambdaExpression>().Prepend(Projection.Key);

    /// <summary>Sorted by this first, and then as before.</summary>
    /// <exception cref="QueryTranslationException">The node has no such value.</exception>
    public GroupRequest SortedBy(LambdaExpression shown, SortDirection direction) => Limit is null
        ? this with { Sorts = Sorts.Insert(0, Sort(shown, direction)) }
        : throw new QueryTranslationException(shown, "groups are sorted before some are taken; Take comes after OrderBy and ThenBy.");

    /// <summary>Sorted as before, and by this where that leaves groups equal.</summary>
    /// <inheritdoc cref="SortedBy"/>
    public GroupRequest ThenBy(LambdaExpression shown, SortDirection direction) => this with { Sorts = Sorts.Add(Sort(shown, direction)) };

    /// <summary>Those for which a predicate holds.</summary>
    /// <exception cref="QueryTranslationException">Some were taken already.</exception>
    public GroupRequest Where(LambdaExpression predicate) => Limit is null
        ? this with { Having = Having.Add(predicate) }
        : throw new QueryTranslationException(predicate, "groups are left out before some are taken; Take comes after Where.");

    /// <summary>The first so many.</summary>
    public GroupRequest Taking(int count) => this with { Limit = int.Min(Limit ?? count, count) };

    private GroupSort Sort(LambdaExpression shown, SortDirection direction) => new(Projection.ValueOf(shown), direction, shown.Body);
}

using System.Collections.Immutable;
using System.Linq.Expressions;

namespace NearData.Client.Linq.Sources;

/// <summary>Where a query's records come from. Immutable.</summary>
/// <param name="Predicates">All of them hold for the records.</param>
internal abstract record RowSource(ImmutableArray<LambdaExpression> Predicates)
{
    /// <summary>The dataset whose records are gone through.</summary>
    public abstract DatasetSession Session { get; }

    public RowSource Where(LambdaExpression predicate) => this with { Predicates = Predicates.Add(predicate) };
}

/// <summary>A dataset's records.</summary>
internal sealed record DatasetSource(DatasetSession Dataset) : RowSource([])
{
    public override DatasetSession Session => Dataset;
}

/// <summary>Objects made of another source's records.</summary>
internal sealed record SelectSource(RowSource Rows, LambdaExpression Selector) : RowSource([])
{
    public override DatasetSession Session => Rows.Session;
}

/// <summary>Groups of another source's records, to be looked up.</summary>
internal sealed record GroupSource(RowSource Rows, GroupRequest Request) : RowSource([])
{
    public override DatasetSession Session => Rows.Session;
}

/// <summary>Objects made of two sources' records with equal keys.</summary>
/// <param name="Outer">Its records are gone through.</param>
/// <param name="Inner">Its records are looked up.</param>
/// <param name="OuterKey">Over a record of the one.</param>
/// <param name="InnerKey">Over a record of the other.</param>
/// <param name="Result">Over a record of each.</param>
internal sealed record JoinSource(RowSource Outer, RowSource Inner, LambdaExpression OuterKey, LambdaExpression InnerKey, LambdaExpression Result) : RowSource([])
{
    public override DatasetSession Session => Outer.Session;
}

/// <summary>What has a source, whatever its records are.</summary>
internal interface IRowQuery
{
    RowSource Source { get; }
}

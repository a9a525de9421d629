using System.Linq.Expressions;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Client.Linq.Sources;

namespace NearData.Client;

/// <summary>A dataset's records by key. Immutable. Any thread.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="T">The row.</typeparam>
public sealed class GroupedDataset<TKey, T>
{
    private readonly RowSource _source;
    private readonly LambdaExpression _key;
    private readonly int _maxGroups;
    private readonly QueryObserver? _observer;

    internal GroupedDataset(RowSource source, LambdaExpression key, int maxGroups, QueryObserver? observer)
    {
        _source = source;
        _key = key;
        _maxGroups = maxGroups;
        _observer = observer;
    }

    /// <summary>
    /// Makes an object of each group, from its <c>Key</c> and <c>Count</c>, <c>LongCount</c>, <c>Sum</c>, <c>Average</c>, <c>Min</c> and
    /// <c>Max</c> over its records, which the node computes; what is done with these is done here. Sums and averages over no value are
    /// as C#'s; they are exact before they become the type that C# gives them.
    /// </summary>
    /// <exception cref="QueryTranslationException">It uses a group in another way.</exception>
    public GroupQuery<TResult> Select<TResult>(Expression<Func<IGrouping<TKey, T>, TResult>> selector)
    {
        (GroupProjection projection, Func<object?[], TResult> make) = GroupProjection.Of<TResult>(_key, selector);
        return new GroupQuery<TResult>(_source, new GroupRequest(projection, _maxGroups, Sorts: [], Limit: null), make, _observer);
    }
}

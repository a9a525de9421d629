using System.Linq.Expressions;
using NearData.Client.Linq;

namespace NearData.Client;

/// <summary>Objects made of groups, in an order. Immutable. Any thread.</summary>
/// <typeparam name="TResult">What each group becomes.</typeparam>
public sealed class OrderedGroupQuery<TResult> : GroupQuery<TResult>
{
    internal OrderedGroupQuery(GroupQuery<TResult> groups, GroupRequest request)
        : base(groups, request)
    {
    }

    /// <summary>As ordered, and where that leaves groups equal, by this value.</summary>
    /// <inheritdoc cref="GroupQuery{TResult}.OrderBy" path="/exception"/>
    public OrderedGroupQuery<TResult> ThenBy<TValue>(Expression<Func<TResult, TValue>> value) =>
        new(this, Request.ThenBy(value, SortDirection.Ascending));

    /// <summary>As ordered, and where that leaves groups equal, by this value, the greatest first and null last.</summary>
    /// <inheritdoc cref="GroupQuery{TResult}.OrderBy" path="/exception"/>
    public OrderedGroupQuery<TResult> ThenByDescending<TValue>(Expression<Func<TResult, TValue>> value) =>
        new(this, Request.ThenBy(value, SortDirection.Descending));
}

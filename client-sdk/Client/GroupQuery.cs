using System.Linq.Expressions;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Client.Linq.Sources;

namespace NearData.Client;

/// <summary>Objects made of groups, ready to be asked for. Immutable. Any thread.</summary>
/// <typeparam name="TResult">What each group becomes.</typeparam>
public class GroupQuery<TResult>
{
    private readonly RowSource _source;
    private readonly Func<object?[], TResult> _make;
    private readonly QueryObserver? _observer;

    internal GroupQuery(RowSource source, GroupRequest request, Func<object?[], TResult> make, QueryObserver? observer)
    {
        _source = source;
        Request = request;
        _make = make;
        _observer = observer;
    }

    private protected GroupQuery(GroupQuery<TResult> other, GroupRequest request)
        : this(other._source, request, other._make, other._observer)
    {
    }

    /// <summary>As they are looked up by other queries.</summary>
    internal GroupSource Groups => new(_source, Request);

    private protected GroupRequest Request { get; }

    /// <summary>
    /// The groups, which the node sorts by a value of the key or an aggregate that the object shows: null first, text by its bytes in UTF-8,
    /// and what is equal by the key.
    /// </summary>
    /// <exception cref="QueryTranslationException">It shows something that is computed by the client, or groups were taken already.</exception>
    public OrderedGroupQuery<TResult> OrderBy<TValue>(Expression<Func<TResult, TValue>> value) =>
        new(this, Request.SortedBy(value, SortDirection.Ascending));

    /// <summary>As <see cref="OrderBy"/>, the greatest first and null last.</summary>
    /// <inheritdoc cref="OrderBy" path="/exception"/>
    public OrderedGroupQuery<TResult> OrderByDescending<TValue>(Expression<Func<TResult, TValue>> value) =>
        new(this, Request.SortedBy(value, SortDirection.Descending));

    /// <summary>
    /// The groups for which a predicate over the object holds; the others don't leave the node. Conditions, joined with <c>&amp;&amp;</c>, each ask
    /// for values of the key, as a predicate over records does, or for aggregates but Average.
    /// </summary>
    /// <exception cref="QueryTranslationException">Groups were taken already.</exception>
    public GroupQuery<TResult> Where(Expression<Func<TResult, bool>> predicate) => new(this, Request.Where(predicate));

    /// <summary>The first so many groups; the others don't leave the node. Without an order they are any.</summary>
    /// <param name="count">From 0.</param>
    public GroupQuery<TResult> Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(this, Request.Taking(count));
    }

    /// <summary>One object for each group, in the order asked for, or else in none.</summary>
    /// <exception cref="QueryTranslationException">The query can't be translated, or its exactness not be proven.</exception>
    /// <exception cref="NearDataRpcException">The node refused or failed; <c>group-limit</c> where there are too many groups.</exception>
    /// <exception cref="DuplicateKeyException">A join found a key of several rows.</exception>
    /// <exception cref="OverflowException">A total doesn't fit the type that C# gives it.</exception>
    /// <exception cref="InvalidOperationException">
    /// A minimum, maximum or average over no value has a type without null; or a text of the key is longer than its property says.
    /// </exception>
    public async Task<IReadOnlyList<TResult>> ToListAsync(CancellationToken cancellationToken = default)
    {
        (TranslatedGroups query, ExecutionAnswer answer) = await QueryRun.ExecuteAsync(
            _source, Request.Lambdas, scope => GroupTranslator.Translate(_source, scope, Request), _observer, cancellationToken);
        TextKeys.ThrowIfCut(answer);
        GroupRows groups = answer.Groups.Single();
        List<TResult> results = new(groups.Count);
        for (int row = 0; row < groups.Count; row++)
        {
            results.Add(_make([.. query.Readers.Select(read => read(groups, row))]));
        }

        return results;
    }
}

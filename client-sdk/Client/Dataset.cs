using System.Collections.Immutable;
using System.Linq.Expressions;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Client.Linq.Ir;

namespace NearData.Client;

/// <summary>
/// A dataset as a query: records that <see cref="Where"/> keeps, and aggregates that the node computes over them. Immutable, so a
/// query can be kept and continued in several ways. Any thread.
/// </summary>
/// <remarks>
/// A query becomes an eBPF program that the node runs; nothing but the aggregate comes back. Answers are exact: the client proves,
/// from the ranges that the dataset's statistics give, that no step overflows, and refuses with
/// <see cref="QueryTranslationException"/> what it can't prove. Captured variables are read at each execution; queries that differ
/// in nothing else share one program. C#'s rules for null hold: an ordering with null is false, null equals null, a null value is
/// left out of an aggregate; <c>.Value</c> of a null, where C# throws, is null here.
/// Every aggregate fails with <see cref="QueryTranslationException"/>, <see cref="NearDataRpcException"/> or
/// <see cref="OperationCanceledException"/>.
/// </remarks>
/// <typeparam name="T">The row; see <see cref="NearDataClient.Dataset{T}"/>.</typeparam>
public sealed class Dataset<T>
{
    private readonly DatasetSession _session;
    private readonly QueryObserver? _observer;
    private readonly ImmutableArray<LambdaExpression> _predicates;

    internal Dataset(DatasetSession session)
        : this(session, [], observer: null)
    {
    }

    private Dataset(DatasetSession session, ImmutableArray<LambdaExpression> predicates, QueryObserver? observer)
    {
        _session = session;
        _predicates = predicates;
        _observer = observer;
    }

    /// <summary>The dataset's name.</summary>
    public string Name => _session.Name;

    /// <summary>The records of this query for which the predicate holds too.</summary>
    public Dataset<T> Where(Expression<Func<T, bool>> predicate) => new(_session, _predicates.Add(predicate), _observer);

    /// <summary>The same query, with this observer of its executions in place of any other.</summary>
    public Dataset<T> Observe(QueryObserver observer) => new(_session, _predicates, observer);

    /// <summary>The records of this query by key.</summary>
    /// <typeparam name="TKey">One value, or an anonymous object of several; null is a key like any other.</typeparam>
    /// <param name="key">The key of a record.</param>
    /// <param name="maxGroups">More groups end an execution with <c>group-limit</c>: what nobody can hold should not come.</param>
    public GroupedDataset<TKey, T> GroupBy<TKey>(Expression<Func<T, TKey>> key, int maxGroups = 1 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxGroups);
        return new GroupedDataset<TKey, T>(_session, _predicates, key, maxGroups, _observer);
    }

    /// <summary>The number of records.</summary>
    /// <exception cref="OverflowException">There are more than an int holds.</exception>
    public async Task<int> CountAsync(CancellationToken cancellationToken = default) => checked((int)await LongCountAsync(cancellationToken));

    /// <summary>The number of records.</summary>
    public async Task<long> LongCountAsync(CancellationToken cancellationToken = default) =>
        checked((long)(await RunAsync(AggregateKind.Count, selector: null, cancellationToken)).Rows);

    /// <summary>The number of records for which the predicate holds too.</summary>
    /// <exception cref="OverflowException">There are more than an int holds.</exception>
    public Task<int> CountAsync(Expression<Func<T, bool>> predicate, CancellationToken cancellationToken = default) =>
        Where(predicate).CountAsync(cancellationToken);

    /// <summary>The exact sum of an integer or decimal; zero over no records.</summary>
    /// <exception cref="OverflowException">A decimal can't hold the sum; the message has it.</exception>
    public async Task<decimal> SumAsync(Expression<Func<T, decimal>> selector, CancellationToken cancellationToken = default) =>
        (await RunAsync(AggregateKind.Sum, selector, cancellationToken)).Sum;

    /// <summary>The exact sum of the values that aren't null; zero where there are none.</summary>
    /// <exception cref="OverflowException">A decimal can't hold the sum; the message has it.</exception>
    public async Task<decimal> SumAsync(Expression<Func<T, decimal?>> selector, CancellationToken cancellationToken = default) =>
        (await RunAsync(AggregateKind.Sum, selector, cancellationToken)).Sum;

    /// <summary>The exact sum, divided by the number of records as decimals divide.</summary>
    /// <exception cref="InvalidOperationException">There are no records.</exception>
    /// <exception cref="OverflowException">A decimal can't hold the sum; the message has it.</exception>
    public async Task<decimal> AverageAsync(Expression<Func<T, decimal>> selector, CancellationToken cancellationToken = default) =>
        await AverageOrNullAsync(selector, cancellationToken) ?? throw NoElements();

    /// <summary>The average of the values that aren't null; null where there are none.</summary>
    /// <exception cref="OverflowException">A decimal can't hold the sum; the message has it.</exception>
    public Task<decimal?> AverageAsync(Expression<Func<T, decimal?>> selector, CancellationToken cancellationToken = default) =>
        AverageOrNullAsync(selector, cancellationToken);

    /// <summary>The least value that isn't null; null where there is none.</summary>
    /// <typeparam name="TValue">An integer type, decimal, bool, DateOnly or DateTime (in UTC), or the nullable form of one.</typeparam>
    /// <exception cref="InvalidOperationException">There is none, and the type has no null.</exception>
    public Task<TValue> MinAsync<TValue>(Expression<Func<T, TValue>> selector, CancellationToken cancellationToken = default) =>
        ExtremeAsync<TValue>(AggregateKind.Min, ResultNames.Minimum, selector, cancellationToken);

    /// <summary>The greatest value that isn't null; null where there is none.</summary>
    /// <typeparam name="TValue">An integer type, decimal, bool, DateOnly or DateTime (in UTC), or the nullable form of one.</typeparam>
    /// <exception cref="InvalidOperationException">There is none, and the type has no null.</exception>
    public Task<TValue> MaxAsync<TValue>(Expression<Func<T, TValue>> selector, CancellationToken cancellationToken = default) =>
        ExtremeAsync<TValue>(AggregateKind.Max, ResultNames.Maximum, selector, cancellationToken);

    private async Task<decimal?> AverageOrNullAsync(LambdaExpression selector, CancellationToken cancellationToken)
    {
        QueryAnswer answer = await RunAsync(AggregateKind.Average, selector, cancellationToken);
        return answer.Rows == 0 ? null : answer.Sum / (decimal)answer.Rows;
    }

    private async Task<TValue> ExtremeAsync<TValue>(
        AggregateKind kind, string result, LambdaExpression selector, CancellationToken cancellationToken)
    {
        QueryAnswer answer = await RunAsync(kind, selector, cancellationToken);
        if (answer.Rows > 0)
        {
            return (TValue)ExactResults.ToType(answer.Answer[result], answer.Scale, typeof(TValue));
        }

        return default(TValue) is null ? default! : throw NoElements();
    }

    private Task<QueryAnswer> RunAsync(AggregateKind kind, LambdaExpression? selector, CancellationToken cancellationToken) =>
        _session.RunAsync(
            description => QueryTranslator.Translate(description, _predicates, kind, selector), _observer, cancellationToken);

    private static InvalidOperationException NoElements() => new("Sequence contains no elements");
}

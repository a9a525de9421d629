using System.Linq.Expressions;
using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Client.Linq.Ir;
using NearData.Client.Linq.Sources;

namespace NearData.Client;

/// <summary>
/// A dataset as a query: records that <see cref="Where"/> keeps, alone or joined with those of others, and aggregates that the node computes over them. Immutable, so a
/// query can be kept and continued in several ways. Any thread.
/// </summary>
/// <remarks>
/// A query becomes an eBPF program that the node runs; nothing but the aggregate comes back. Answers are exact: the client proves,
/// from the ranges that the dataset's statistics give, that no step overflows, and refuses with
/// <see cref="QueryTranslationException"/> what it can't prove. Captured variables are read at each execution; queries that differ
/// in nothing else share one program. C#'s rules for null hold: an ordering with null is false, null equals null, a null value is
/// left out of an aggregate; <c>.Value</c> of a null, where C# throws, is null here.
/// Every aggregate fails with <see cref="QueryTranslationException"/>, <see cref="NearDataRpcException"/>,
/// <see cref="OperationCanceledException"/>, or over a join with <see cref="DuplicateKeyException"/>.
/// </remarks>
/// <typeparam name="T">The row; see <see cref="NearDataClient.Dataset{T}"/>.</typeparam>
public sealed class Dataset<T> : IRowQuery
{
    private readonly RowSource _source;
    private readonly QueryObserver? _observer;

    internal Dataset(DatasetSession session)
        : this(new DatasetSource(session), observer: null)
    {
    }

    private Dataset(RowSource source, QueryObserver? observer)
    {
        _source = source;
        _observer = observer;
    }

    RowSource IRowQuery.Source => _source;

    /// <summary>The name of the dataset whose records are gone through.</summary>
    public string Name => _source.Session.Name;

    /// <summary>The records of this query for which the predicate holds too.</summary>
    public Dataset<T> Where(Expression<Func<T, bool>> predicate) => new(_source.Where(predicate), _observer);

    /// <summary>The same query, with this observer of its executions in place of any other.</summary>
    public Dataset<T> Observe(QueryObserver observer) => new(_source, observer);

    /// <summary>An object for each record of this query, to ask further. Only what is asked of it is computed.</summary>
    public Dataset<TResult> Select<TResult>(Expression<Func<T, TResult>> selector) => new(new SelectSource(_source, selector), _observer);

    /// <summary>
    /// An object for each record of this query and the one of another that has the same key. The other query runs first: its rows are kept at the
    /// node by their keys, and looked up for each record of this one. A null, also as one of several values of a key, equals nothing.
    /// </summary>
    /// <remarks>
    /// Where a record finds a key of several rows, executions end with <see cref="DuplicateKeyException"/>: so the side with one row for each key
    /// is <paramref name="inner"/>, as in <c>lines.Join(orders, ...)</c>.
    /// </remarks>
    /// <param name="inner">A query of the same client.</param>
    /// <param name="outerKeySelector">One value, or an anonymous object of several.</param>
    /// <param name="innerKeySelector">The same of a row of <paramref name="inner"/>; of its own dataset, where it is a join.</param>
    /// <param name="resultSelector">An anonymous object, a record, or one with initializers; its members may be either row.</param>
    /// <exception cref="ArgumentException">The other query is of another client.</exception>
    public Dataset<TResult> Join<TInner, TKey, TResult>(
        Dataset<TInner> inner,
        Expression<Func<T, TKey>> outerKeySelector,
        Expression<Func<TInner, TKey>> innerKeySelector,
        Expression<Func<T, TInner, TResult>> resultSelector)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return Join<TResult>(inner._source, outerKeySelector, innerKeySelector, resultSelector);
    }

    /// <summary>
    /// An object for each record of this query and the group of another that has the same key, as <see cref="Join{TInner,TKey,TResult}(Dataset{TInner},
    /// Expression{Func{T, TKey}}, Expression{Func{TInner, TKey}}, Expression{Func{T, TInner, TResult}})"/> does it with rows: one for each key by nature.
    /// </summary>
    /// <param name="inner">Groups of a query of the same client, all of them.</param>
    /// <param name="outerKeySelector">One value, or an anonymous object of several.</param>
    /// <param name="innerKeySelector">The values of the groups' key, all of them.</param>
    /// <param name="resultSelector">As for rows; what is computed of groups' values is computed for each record.</param>
    /// <exception cref="ArgumentException">The groups are of another client, or some were taken of them.</exception>
    public Dataset<TResult> Join<TInner, TKey, TResult>(
        GroupQuery<TInner> inner,
        Expression<Func<T, TKey>> outerKeySelector,
        Expression<Func<TInner, TKey>> innerKeySelector,
        Expression<Func<T, TInner, TResult>> resultSelector)
    {
        ArgumentNullException.ThrowIfNull(inner);
        return inner.Groups.Request.Limit is null
            ? Join<TResult>(inner.Groups, outerKeySelector, innerKeySelector, resultSelector)
            : throw new ArgumentException("Groups are joined whole, and some were taken of these.", nameof(inner));
    }

    /// <summary>
    /// Whether this query has a record for which a predicate holds, which compares values of it by <c>==</c> with the record of another query. Only
    /// within the lambdas of that query: <c>lines.Where(l => orders.Any(o => o.OrderKey == l.OrderKey))</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Always: it isn't within such a lambda.</exception>
    public bool Any(Expression<Func<T, bool>> predicate) => throw OnlyWithin(nameof(Any));

    /// <summary>
    /// Whether this query has a record that is equal. Only within the lambdas of another query:
    /// <c>lines.Where(l => orders.Select(o => o.OrderKey).Contains(l.OrderKey))</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Always: it isn't within such a lambda.</exception>
    public bool Contains(T value) => throw OnlyWithin(nameof(Contains));

    /// <summary>The records of this query by key.</summary>
    /// <typeparam name="TKey">One value, or an anonymous object of several; null is a key like any other.</typeparam>
    /// <param name="key">The key of a record.</param>
    /// <param name="maxGroups">More groups end an execution with <c>group-limit</c>: what nobody can hold should not come.</param>
    public GroupedDataset<TKey, T> GroupBy<TKey>(Expression<Func<T, TKey>> key, int maxGroups = 1 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxGroups);
        return new GroupedDataset<TKey, T>(_source, key, maxGroups, _observer);
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

    private Dataset<TResult> Join<TResult>(RowSource inner, LambdaExpression outerKey, LambdaExpression innerKey, LambdaExpression result) =>
        inner.Session.Client == _source.Session.Client
            ? new(new JoinSource(_source, inner, outerKey, innerKey, result), _observer)
            : throw new ArgumentException($"'{inner.Session.Name}' and '{Name}' are queries of different clients.", nameof(inner));

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

    private async Task<QueryAnswer> RunAsync(AggregateKind kind, LambdaExpression? selector, CancellationToken cancellationToken)
    {
        (TranslatedQuery query, ExecutionAnswer answer) = await QueryRun.ExecuteAsync(
            _source,
            new[] { selector }.OfType<LambdaExpression>(),
            scope => QueryTranslator.Translate(_source, scope, kind, selector),
            _observer,
            cancellationToken);
        return new(answer, query.Scale);
    }

    private static InvalidOperationException NoElements() => new("Sequence contains no elements");

    private static InvalidOperationException OnlyWithin(string method) =>
        new($"{method} is asked within the lambdas of another query, for each of its records; count the records to ask on its own.");

    /// <summary>A query's answer and the scale of its aggregated integer.</summary>
    private sealed record QueryAnswer(ExecutionAnswer Answer, int Scale)
    {
        public Int128 Rows => Answer[ResultNames.Rows];

        public decimal Sum => ExactResults.ToDecimal(Answer[ResultNames.Sum], Scale);
    }
}

using NearData.Client.Grpc;
using NearData.Client.Linq;
using NearData.Contracts.V1;

namespace NearData.Client;

/// <summary>Objects made of groups, ready to be asked for. Immutable. Any thread.</summary>
/// <typeparam name="TResult">What each group becomes.</typeparam>
public sealed class GroupQuery<TResult>
{
    private readonly DatasetSession _session;
    private readonly Func<DescribeDatasetResponse, TranslatedGroups> _translate;
    private readonly Func<object?[], TResult> _make;
    private readonly QueryObserver? _observer;

    internal GroupQuery(
        DatasetSession session, Func<DescribeDatasetResponse, TranslatedGroups> translate, Func<object?[], TResult> make, QueryObserver? observer)
    {
        _session = session;
        _translate = translate;
        _make = make;
        _observer = observer;
    }

    /// <summary>One object for each group, in no particular order.</summary>
    /// <exception cref="QueryTranslationException">The query can't be translated, or its exactness not be proven.</exception>
    /// <exception cref="NearDataRpcException">The node refused or failed; <c>group-limit</c> where there are too many groups.</exception>
    /// <exception cref="OverflowException">A total doesn't fit the type that C# gives it.</exception>
    /// <exception cref="InvalidOperationException">
    /// A minimum, maximum or average over no value has a type without null; or a text of the key is longer than its property says.
    /// </exception>
    public async Task<IReadOnlyList<TResult>> ToListAsync(CancellationToken cancellationToken = default)
    {
        (TranslatedGroups query, ExecutionAnswer answer) = await _session.ExecuteAsync(_translate, _observer, cancellationToken);
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

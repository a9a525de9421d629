using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Vm.Results;

/// <summary>
/// Follows sum fields store by store: what a store changes of a field is what it adds to the field's total, so that the field
/// itself may wrap. This is the plain statement of what a sum is; the compiled code's ways to do less must agree with it.
/// </summary>
internal sealed class ObservedSums
{
    private readonly int[] _fields;
    private readonly long[] _seen;
    private readonly ResultTotals _totals;
    private readonly ObservedGroup[] _groups;

    public ObservedSums(QueryProgram query, ResultTotals totals, IEnumerable<GroupMap> groups)
    {
        _totals = totals;
        _fields = [.. Enumerable.Range(0, query.Results.Length).Where(field => query.Results[field] is { Merge: MergeRule.Sum, IsWideSum: false })];
        _seen = new long[_fields.Length];
        _groups = [.. groups.Select(map => new ObservedGroup(map))];
    }

    /// <summary>To be called after each store and each call of a helper.</summary>
    public void Observe()
    {
        for (int sum = 0; sum < _fields.Length; sum++)
        {
            long now = _totals.Partial(_fields[sum]);
            _totals.AddChange(_fields[sum], now - _seen[sum]);
            _seen[sum] = now;
        }

        foreach (ObservedGroup group in _groups)
        {
            group.Observe();
        }
    }
}

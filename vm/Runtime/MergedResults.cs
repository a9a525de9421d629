using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Results;

namespace NearData.Vm;

/// <summary>The results of one execution, merged from those of its runners by the fields' rules. Not thread-safe.</summary>
public sealed class MergedResults
{
    private readonly ImmutableArray<ResultField> _fields;
    private readonly Int128[] _totals;
    private readonly ulong[]?[] _wideSums;

    public MergedResults(QueryProgram query)
    {
        _fields = query.Results;
        _totals = [.. _fields.Select(field => field.Merge.Identity(field.Type))];
        _wideSums = [.. _fields.Select(field => field.IsWideSum ? new ulong[Float64Sum.Words] : null)];
    }

    /// <summary>
    /// A field's value over everything that was added, exact: that of a field of doubles is the place of the nearest double
    /// (<see cref="Float64Order"/>).
    /// </summary>
    public Int128 this[int field] => _wideSums[field] is { } sum ? Float64Order.ToKey(Float64Sum.Round(sum)) : _totals[field];

    /// <summary>Adds what a runner has over all its batches.</summary>
    public void Add(QueryRunner runner)
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            if (_wideSums[field] is { } sum)
            {
                Float64Sum.Add(sum, runner.WideSum(field));
            }
            else
            {
                _totals[field] = _fields[field].Merge.Merge(_totals[field], runner.Totals[field]);
            }
        }
    }
}

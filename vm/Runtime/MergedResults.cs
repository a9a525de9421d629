using System.Collections.Immutable;
using System.Numerics;
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
        _wideSums = [.. _fields.Select(field => field.IsWideSum ? new ulong[field.Size / sizeof(ulong)] : null)];
    }

    /// <summary>
    /// A field's value over everything that was added, exact: that of a field of doubles is the place of the nearest double
    /// (<see cref="Float64Order"/>).
    /// </summary>
    /// <exception cref="ResultRangeException">A sum has more than 128 bits.</exception>
    public Int128 this[int field] => _wideSums[field] is not { } sum ? _totals[field]
        : _fields[field].Type == FieldType.Float64 ? Float64Order.ToKey(Float64Sum.Round(sum))
        : Narrow(_fields[field], Int128Sum.Read(sum));

    /// <summary>Adds what a runner has over all its batches.</summary>
    public void Add(QueryRunner runner)
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            if (_wideSums[field] is { } sum)
            {
                AddWide(_fields[field].Type, sum, runner.WideSum(field));
            }
            else
            {
                _totals[field] = _fields[field].Merge.Merge(_totals[field], runner.Totals[field]);
            }
        }
    }

    private static void AddWide(FieldType type, Span<ulong> sum, ReadOnlySpan<ulong> other)
    {
        if (type == FieldType.Float64)
        {
            Float64Sum.Add(sum, other);
        }
        else
        {
            Int128Sum.Add(sum, other);
        }
    }

    private static Int128 Narrow(ResultField field, BigInteger sum) => sum >= Int128.MinValue && sum <= Int128.MaxValue
        ? (Int128)sum
        : throw new ResultRangeException(field.Name, sum);
}

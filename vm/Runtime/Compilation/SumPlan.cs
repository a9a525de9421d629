using NearData.Isa.Programs;

namespace NearData.Vm.Compilation;

/// <summary>
/// How each sum field becomes exact: held in its 64 bits for as many records as the verifier's bounds prove safe, or followed
/// update by update where that is too few to be worth a return from compiled code.
/// </summary>
internal sealed class SumPlan
{
    /// <summary>Records: below this, folding after the call costs more than following each update.</summary>
    private const int FewestRecords = 512;

    /// <summary>
    /// What one record may move a group's sum by so that nobody looks for an overflow: 64 bits hold 2^55 such records, for which a
    /// worker needs a year.
    /// </summary>
    private const int SmallestFollowed = 1 << 8;

    private readonly bool[] _isFollowed;
    private readonly HashSet<(int Map, int Field)> _followedGroups;

    public SumPlan(QueryProgram query)
    {
        _isFollowed = new bool[query.Results.Length];
        RecordsPerFold = int.MaxValue;
        List<int> held = [];
        foreach (SumBound bound in query.Reduce?.Facts.Sums ?? [])
        {
            long records = SafeRecords(query.Results[bound.Result].Type, bound);
            if (records < FewestRecords)
            {
                _isFollowed[bound.Result] = true;
            }
            else
            {
                held.Add(bound.Result);
                RecordsPerFold = (int)long.Min(records, RecordsPerFold);
            }
        }

        Held = [.. held];
        _followedGroups = [.. (query.Reduce?.Facts.GroupSums ?? [])
            .Where(bound => bound.Most >= SmallestFollowed || bound.Least <= -SmallestFollowed)
            .Select(bound => (bound.Map, bound.Field))];
    }

    /// <summary>Whether compiled code counts the overflows of a group's sum.</summary>
    public bool IsFollowed(int map, int field) => _followedGroups.Contains((map, field));

    /// <summary>Fields to fold after each call of compiled code.</summary>
    public int[] Held { get; }

    /// <summary>The most records that a call may run over.</summary>
    public int RecordsPerFold { get; }

    /// <summary>Whether compiled code adds each update of this result to its 128-bit total itself.</summary>
    public bool IsFollowed(int result) => _isFollowed[result];

    /// <summary>Records whose additions together stay in the field's range, whatever they are.</summary>
    private static long SafeRecords(FieldType type, SumBound bound)
    {
        Int128 up = bound.Most > 0 ? type.Maximum() / bound.Most : int.MaxValue;
        Int128 down = bound.Least < 0 ? type.Minimum() / bound.Least : int.MaxValue;
        return (long)Int128.Min(Int128.Min(up, down), int.MaxValue);
    }
}

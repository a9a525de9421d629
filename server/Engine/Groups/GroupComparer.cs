using System.Collections.Immutable;
using NearData.Vm.Maps;

namespace NearData.Engine.Groups;

/// <summary>Compares groups, given by their numbers. Total: keys are all different.</summary>
internal sealed class GroupComparer : IComparer<long>
{
    private readonly GroupMap _groups;
    private readonly ImmutableArray<(int Column, int Sign)> _keys;
    private readonly ImmutableArray<GroupColumn> _columns;
    private readonly int _parts;

    /// <exception cref="GroupOrderException">The order names what isn't there.</exception>
    public GroupComparer(GroupMap groups, ImmutableArray<GroupColumn> columns, GroupOrder order)
    {
        _groups = groups;
        _columns = columns;
        _parts = columns.Count(column => column.Key is not null);
        _keys = [.. order.Keys.Select(key => (Find(order.Map, key.Column), key.Direction == SortDirection.Ascending ? 1 : -1))];
    }

    public int Compare(long left, long right)
    {
        foreach ((int column, int sign) in _keys)
        {
            int compared = sign * Compare(left, right, column);
            if (compared != 0)
            {
                return compared;
            }
        }

        for (int column = 0; column < _parts; column++)
        {
            int compared = Compare(left, right, column);
            if (compared != 0)
            {
                return compared;
            }
        }

        return 0;
    }

    private int Compare(long left, long right, int column) => _columns[column].Key switch
    {
        null => _groups.Total(left, column - _parts).CompareTo(_groups.Total(right, column - _parts)),
        { Type: null } text => _groups.Key(left).Slice(text.Offset, text.Size).SequenceCompareTo(_groups.Key(right).Slice(text.Offset, text.Size)),
        var number => _groups.KeyNumber(left, number).CompareTo(_groups.KeyNumber(right, number)),
    };

    private int Find(string map, string name)
    {
        int[] found = [.. Enumerable.Range(0, _columns.Length).Where(column => string.Equals(_columns[column].Name, name, StringComparison.Ordinal))];
        return found is [int column]
            ? column
            : throw new GroupOrderException(
                $"Groups of map '{map}' have {(found.Length == 0 ? "no" : "more than one")} column '{name}'; they have {string.Join(", ", _columns.Select(it => it.Name))}.");
    }
}

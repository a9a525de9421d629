using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Maps;

namespace NearData.Vm.Results;

/// <summary>Follows the sums of the one group of a map that a program can reach at a time, as <see cref="ObservedSums"/> does those of results.</summary>
internal sealed unsafe class ObservedGroup
{
    private readonly GroupMap _map;
    private readonly ImmutableArray<ResultField> _fields;
    private readonly Int128[] _totals;
    private readonly Int128[] _seen;
    private byte* _group;

    public ObservedGroup(GroupMap map)
    {
        _map = map;
        _fields = map.Definition.Group!.Values;
        _totals = new Int128[_fields.Length];
        _seen = new Int128[_fields.Length];
    }

    public void Observe()
    {
        bool isAnother = _map.Current != _group;
        _group = _map.Current;
        for (int field = 0; _group is not null && field < _fields.Length; field++)
        {
            if (_fields[field].Merge == MergeRule.Sum)
            {
                Follow(field, isAnother);
            }
        }
    }

    private void Follow(int field, bool isAnother)
    {
        FieldType type = _fields[field].Type;
        Int128 now = FieldMemory.Read(_group + _fields[field].Offset, type);
        if (isAnother)
        {
            _totals[field] = _map.Totals.Read(_group, field);
        }
        else
        {
            long change = unchecked((long)(now - _seen[field]));
            _totals[field] = checked(_totals[field] + (type.IsSigned() ? change : unchecked((ulong)change)));
            _map.Totals.Write(_group, field, _totals[field]);
        }

        _seen[field] = now;
    }
}

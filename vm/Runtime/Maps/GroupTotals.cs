using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Results;

namespace NearData.Vm.Maps;

/// <summary>
/// What a group's bytes mean. Behind the value, which a program changes, each sum has a count of its overflows: the total is the
/// value's 64 bits, as their type says, and 2^64 times the count.
/// </summary>
internal sealed unsafe class GroupTotals
{
    private readonly ImmutableArray<ResultField> _fields;
    private readonly int[] _counts;

    public GroupTotals(MapDefinition map)
    {
        _fields = map.Group!.Values;
        _counts = [.. Enumerable.Range(0, _fields.Length).Select(field => CountOffset(map, field))];
    }

    /// <summary>Bytes of a value with its counts.</summary>
    public static int SizeOf(MapDefinition map) =>
        (int)BpfMap.Rounded(map.ValueSize) + (map.Group!.Values.Count(field => field.Merge == MergeRule.Sum) * sizeof(long));

    /// <summary>Where the count of a sum's overflows is, in bytes from the value's start.</summary>
    public static int CountOffset(MapDefinition map, int field) =>
        (int)BpfMap.Rounded(map.ValueSize) + (map.Group!.Values.Take(field).Count(before => before.Merge == MergeRule.Sum) * sizeof(long));

    /// <summary>Bytes from a sum to the count of its overflows.</summary>
    public long CountDistance(int field) => _counts[field] - _fields[field].Offset;

    /// <summary>Fills a value that starts as zeros: each field with what its merge starts with.</summary>
    public void Start(byte* value)
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            Write(value, field, _fields[field].Merge.Identity(_fields[field].Type));
        }
    }

    /// <summary>The exact total of a field.</summary>
    public Int128 Read(byte* value, int field)
    {
        Int128 seen = FieldMemory.Read(value + _fields[field].Offset, _fields[field].Type);
        return _fields[field].Merge == MergeRule.Sum ? seen + ((Int128)Unsafe.ReadUnaligned<long>(value + _counts[field]) << 64) : seen;
    }

    public void Write(byte* value, int field, Int128 total)
    {
        FieldMemory.Write(value + _fields[field].Offset, _fields[field].Type, total);
        if (_fields[field].Merge == MergeRule.Sum)
        {
            Int128 seen = FieldMemory.Read(value + _fields[field].Offset, _fields[field].Type);
            Unsafe.WriteUnaligned(value + _counts[field], (long)((total - seen) >> 64));
        }
    }

    /// <summary>Makes another value of the same key part of a value.</summary>
    public void Merge(byte* value, byte* other)
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            if (_fields[field].Merge == MergeRule.Sum)
            {
                AddSum(value, other, field);
            }
            else
            {
                Merge(value, field, Read(other, field));
            }
        }
    }

    // The low 64 bits of both, the counts, and one more where those bits overflow.
    private void AddSum(byte* value, byte* other, int field)
    {
        byte* place = value + _fields[field].Offset;
        long before = Unsafe.ReadUnaligned<long>(place);
        long addend = Unsafe.ReadUnaligned<long>(other + _fields[field].Offset);
        long after = before + addend;
        long overflows = !_fields[field].Type.IsSigned() ? (ulong)after < (ulong)addend ? 1 : 0
            : ((before ^ after) & (addend ^ after)) < 0 ? (addend >> 63) | 1
            : 0;
        byte* count = value + _counts[field];
        Unsafe.WriteUnaligned(place, after);
        Unsafe.WriteUnaligned(count, Unsafe.ReadUnaligned<long>(count) + Unsafe.ReadUnaligned<long>(other + _counts[field]) + overflows);
    }

    /// <summary>Merges a total into a field's.</summary>
    public void Merge(byte* value, int field, Int128 total) => Write(value, field, _fields[field].Merge.Merge(Read(value, field), total));

    /// <summary>A sum whose 64 bits aren't its total; null where there is none.</summary>
    public int? Overflowed(byte* value)
    {
        for (int field = 0; field < _fields.Length; field++)
        {
            if (_fields[field].Merge == MergeRule.Sum && Unsafe.ReadUnaligned<long>(value + _counts[field]) != 0)
            {
                return field;
            }
        }

        return null;
    }
}

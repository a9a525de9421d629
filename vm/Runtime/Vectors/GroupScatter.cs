using System.Numerics;
using System.Runtime.CompilerServices;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Vectors;

/// <summary>Brings the values of a block of records into members of their groups, one record after the other.</summary>
internal static unsafe class GroupScatter
{
    /// <summary>Brings in a block.</summary>
    /// <param name="target">What is merged, and into which member.</param>
    /// <param name="countDistance">Of a sum, bytes from the member to the count of how often its 64 bits overflowed.</param>
    /// <param name="groups">The value of each record's group.</param>
    /// <param name="values">The column of what is merged.</param>
    /// <param name="records">Where each record's value is in it.</param>
    public static void Run(GroupTarget target, long countDistance, ReadOnlySpan<nint> groups, long* values, ReadOnlySpan<int> records)
    {
        bool isSigned = target.Sign == NumberSign.Signed;
        int offset = target.Field.Offset;
        switch (target.Merge)
        {
            case MergeRule.Sum when isSigned:
                Add(groups, offset, countDistance, values, records);
                break;
            case MergeRule.Sum:
                AddUnsigned(groups, offset, countDistance, values, records);
                break;
            case MergeRule.Or:
                Run<GroupFold.Or>(target.Field.Type, groups, offset, values, records);
                break;
            case MergeRule.And:
                Run<GroupFold.And>(target.Field.Type, groups, offset, values, records);
                break;
            case MergeRule.Min when isSigned:
                Run<GroupFold.Min>(target.Field.Type, groups, offset, values, records);
                break;
            case MergeRule.Min:
                Run<GroupFold.UnsignedMin>(target.Field.Type, groups, offset, values, records);
                break;
            case MergeRule.Max when isSigned:
                Run<GroupFold.Max>(target.Field.Type, groups, offset, values, records);
                break;
            default:
                Run<GroupFold.UnsignedMax>(target.Field.Type, groups, offset, values, records);
                break;
        }
    }

    private static void Add(ReadOnlySpan<nint> groups, int offset, long countDistance, long* values, ReadOnlySpan<int> records)
    {
        for (int at = 0; at < groups.Length; at++)
        {
            byte* place = (byte*)groups[at] + offset;
            long value = values[records[at]];
            long before = Unsafe.ReadUnaligned<long>(place);
            long after = before + value;
            Unsafe.WriteUnaligned(place, after);
            if (((before ^ after) & (value ^ after)) < 0)
            {
                // Both addends have a sign that the sum doesn't have.
                Count(place + countDistance, (value >> 63) | 1);
            }
        }
    }

    private static void AddUnsigned(ReadOnlySpan<nint> groups, int offset, long countDistance, long* values, ReadOnlySpan<int> records)
    {
        for (int at = 0; at < groups.Length; at++)
        {
            byte* place = (byte*)groups[at] + offset;
            ulong value = (ulong)values[records[at]];
            ulong after = Unsafe.ReadUnaligned<ulong>(place) + value;
            Unsafe.WriteUnaligned(place, after);
            if (after < value)
            {
                Count(place + countDistance, 1);
            }
        }
    }

    private static void Count(byte* place, long overflows) => Unsafe.WriteUnaligned(place, Unsafe.ReadUnaligned<long>(place) + overflows);

    private static void Run<TFold>(FieldType type, ReadOnlySpan<nint> groups, int offset, long* values, ReadOnlySpan<int> records)
        where TFold : struct, IGroupFold
    {
        switch (type)
        {
            case FieldType.Int8:
                Run<TFold, sbyte>(groups, offset, values, records);
                break;
            case FieldType.Int16:
                Run<TFold, short>(groups, offset, values, records);
                break;
            case FieldType.UInt16:
                Run<TFold, ushort>(groups, offset, values, records);
                break;
            case FieldType.Int32:
                Run<TFold, int>(groups, offset, values, records);
                break;
            case FieldType.UInt32:
                Run<TFold, uint>(groups, offset, values, records);
                break;
            case FieldType.Int64 or FieldType.UInt64:
                Run<TFold, long>(groups, offset, values, records);
                break;
            default:
                Run<TFold, byte>(groups, offset, values, records);
                break;
        }
    }

    private static void Run<TFold, TMember>(ReadOnlySpan<nint> groups, int offset, long* values, ReadOnlySpan<int> records)
        where TFold : struct, IGroupFold
        where TMember : unmanaged, IBinaryInteger<TMember>
    {
        for (int at = 0; at < groups.Length; at++)
        {
            byte* place = (byte*)groups[at] + offset;
            long total = long.CreateTruncating(Unsafe.ReadUnaligned<TMember>(place));
            Unsafe.WriteUnaligned(place, TMember.CreateTruncating(TFold.Into(total, values[records[at]])));
        }
    }
}

using System.Runtime.Intrinsics;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;

namespace NearData.Vm.Vectors;

/// <summary>How a value comes into a partial total of 64 bits.</summary>
internal interface IGroupFold
{
    static abstract long Into(long total, long value);

    static abstract Vector512<long> Into(Vector512<long> total, Vector512<long> value);
}

/// <summary>
/// Brings the values of a block of records into the partial totals of their groups. Of few groups each is gone through with masks, several
/// at a time; that costs the same whatever group a record is of, where one record after the other waits for the last of its group.
/// </summary>
internal static unsafe class GroupFold
{
    /// <summary>Groups that are gone through with masks.</summary>
    private const int FewGroups = 8;

    /// <summary>Groups whose totals are in registers together.</summary>
    private const int Together = 4;

    /// <summary>Brings in a block.</summary>
    /// <param name="merge">How.</param>
    /// <param name="sign">Of the values.</param>
    /// <param name="block">The block.</param>
    /// <param name="values">A value for each record.</param>
    /// <param name="totals">A total for each group, and one more that nobody looks at.</param>
    /// <param name="nothing">The total of no values.</param>
    public static void Run(MergeRule merge, NumberSign sign, in GroupBlock block, long* values, long* totals, long nothing)
    {
        switch (merge)
        {
            case MergeRule.Sum:
                Run<Sum>(block, values, totals, nothing);
                break;
            case MergeRule.Or:
                Run<Or>(block, values, totals, nothing);
                break;
            case MergeRule.And:
                Run<And>(block, values, totals, nothing);
                break;
            case MergeRule.Min when sign == NumberSign.Signed:
                Run<Min>(block, values, totals, nothing);
                break;
            case MergeRule.Min:
                Run<UnsignedMin>(block, values, totals, nothing);
                break;
            case MergeRule.Max when sign == NumberSign.Signed:
                Run<Max>(block, values, totals, nothing);
                break;
            default:
                Run<UnsignedMax>(block, values, totals, nothing);
                break;
        }
    }

    private static void Run<T>(in GroupBlock block, long* values, long* totals, long nothing)
        where T : struct, IGroupFold
    {
        if (block.IsMasked && block.Groups <= FewGroups)
        {
            for (int first = 0; first < block.Groups; first += Together)
            {
                RunMasked<T>(block, values, totals, nothing, first);
            }

            return;
        }

        for (int record = 0; record < block.Records; record++)
        {
            long* total = totals + block.Numbers[record];
            *total = T.Into(*total, values[record]);
        }
    }

    private static void RunMasked<T>(in GroupBlock block, long* values, long* totals, long nothing, int first)
        where T : struct, IGroupFold
    {
        Vector512<long> a = Vector512.Create(nothing);
        Vector512<long> b = a;
        Vector512<long> c = a;
        Vector512<long> d = a;
        Vector512<long> groupA = Vector512.Create((long)first);
        Vector512<long> groupB = Vector512.Create(first + 1L);
        Vector512<long> groupC = Vector512.Create(first + 2L);
        Vector512<long> groupD = Vector512.Create(first + 3L);
        long* numbers = block.Numbers;
        for (int record = 0; record < block.Records; record += Vector512<long>.Count)
        {
            Vector512<long> number = Vector512.Load(numbers + record);
            Vector512<long> value = Vector512.Load(values + record);
            a = Vector512.ConditionalSelect(Vector512.Equals(number, groupA), T.Into(a, value), a);
            b = Vector512.ConditionalSelect(Vector512.Equals(number, groupB), T.Into(b, value), b);
            c = Vector512.ConditionalSelect(Vector512.Equals(number, groupC), T.Into(c, value), c);
            d = Vector512.ConditionalSelect(Vector512.Equals(number, groupD), T.Into(d, value), d);
        }

        Span<Vector512<long>> all = [a, b, c, d];
        for (int group = first; group < int.Min(first + Together, block.Groups); group++)
        {
            for (int lane = 0; lane < Vector512<long>.Count; lane++)
            {
                totals[group] = T.Into(totals[group], all[group - first][lane]);
            }
        }
    }

    internal readonly struct Sum : IGroupFold
    {
        public static long Into(long total, long value) => total + value;

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => total + value;
    }

    internal readonly struct Or : IGroupFold
    {
        public static long Into(long total, long value) => total | value;

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => total | value;
    }

    internal readonly struct And : IGroupFold
    {
        public static long Into(long total, long value) => total & value;

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => total & value;
    }

    internal readonly struct Min : IGroupFold
    {
        public static long Into(long total, long value) => long.Min(total, value);

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => Vector512.Min(total, value);
    }

    internal readonly struct UnsignedMin : IGroupFold
    {
        public static long Into(long total, long value) => (long)ulong.Min((ulong)total, (ulong)value);

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => Vector512.Min(total.AsUInt64(), value.AsUInt64()).AsInt64();
    }

    internal readonly struct Max : IGroupFold
    {
        public static long Into(long total, long value) => long.Max(total, value);

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => Vector512.Max(total, value);
    }

    internal readonly struct UnsignedMax : IGroupFold
    {
        public static long Into(long total, long value) => (long)ulong.Max((ulong)total, (ulong)value);

        public static Vector512<long> Into(Vector512<long> total, Vector512<long> value) => Vector512.Max(total.AsUInt64(), value.AsUInt64()).AsInt64();
    }
}

/// <summary>Records that are brought into groups together.</summary>
/// <param name="numbers">The number of each one's group; of a record that has none, one that no group has.</param>
/// <param name="records">How many: a multiple of <see cref="GroupMethod.Step"/>.</param>
/// <param name="groups">How many groups there are by now.</param>
/// <param name="tier">The vectors that are asked for.</param>
internal readonly unsafe struct GroupBlock(long* numbers, int records, int groups, VectorTier tier)
{
    public long* Numbers { get; } = numbers;

    public int Records => records;

    public int Groups => groups;

    /// <summary>Whether masks of 512 bits are used where they are of use.</summary>
    public bool IsMasked => tier == VectorTier.Vector512;
}

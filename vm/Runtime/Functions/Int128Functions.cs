using NearData.Isa.Helpers;
using NearData.Vm.Results;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="Int128Helpers"/>.</summary>
internal static unsafe class Int128Functions
{
    public static HelperFunction[] All { get; } =
    [
        new(Int128Helpers.Add, Add),
        new(Int128Helpers.Multiply, Multiply),
        new(Int128Helpers.UpdateSum, UpdateSum),
        new(Int128Helpers.UpdateMinimum, UpdateMinimum),
        new(Int128Helpers.UpdateMaximum, UpdateMaximum),
    ];

    private static long Add(long low, long high, long otherLow, long otherHigh, long sum) =>
        Store(sum, unchecked(Number(low, high) + Number(otherLow, otherHigh)));

    private static long Multiply(long left, long right, long product) => Store(product, Math.BigMul(left, right));

    private static long UpdateSum(long sum, long low, long high)
    {
        Int128Sum.Add((ulong*)sum, (ulong)low, (ulong)high, (ulong)(high >> 63));
        return 0;
    }

    private static long UpdateMinimum(long least, long low, long high) => Store(least, Int128.Min(Load(least), Number(low, high)));

    private static long UpdateMaximum(long greatest, long low, long high) => Store(greatest, Int128.Max(Load(greatest), Number(low, high)));

    private static Int128 Number(long low, long high) => new((ulong)high, (ulong)low);

    private static Int128 Load(long place) => Number(((long*)place)[0], ((long*)place)[1]);

    // By halves: what a program gives is a multiple of eight, not of sixteen.
    private static long Store(long place, Int128 number)
    {
        ((ulong*)place)[0] = (ulong)number;
        ((ulong*)place)[1] = (ulong)(number >> 64);
        return 0;
    }
}

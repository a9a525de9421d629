using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Results;

namespace NearData.Vm.Functions;

/// <summary>
/// The helpers of <see cref="Float64Helpers"/>. Those that compute are inlined into compiled code, where an instruction or two is
/// left of each (<c>Doubles_are_computed_without_calls</c>).
/// </summary>
internal static unsafe class Float64Functions
{
    public static HelperFunction[] All { get; } =
    [
        new(Float64Helpers.Add, Add),
        new(Float64Helpers.Subtract, Subtract),
        new(Float64Helpers.Multiply, Multiply),
        new(Float64Helpers.Divide, Divide),
        new(Float64Helpers.Minimum, Minimum),
        new(Float64Helpers.Maximum, Maximum),
        new(Float64Helpers.Equal, Equal),
        new(Float64Helpers.Less, Less),
        new(Float64Helpers.LessOrEqual, LessOrEqual),
        new(Float64Helpers.SquareRoot, SquareRoot),
        new(Float64Helpers.Floor, Floor),
        new(Float64Helpers.Ceiling, Ceiling),
        new(Float64Helpers.Round, Round),
        new(Float64Helpers.FromSigned, FromSigned),
        new(Float64Helpers.FromUnsigned, FromUnsigned),
        new(Float64Helpers.ToSigned, ToSigned),
        new(Float64Helpers.ToUnsigned, ToUnsigned),
        new(Float64Helpers.UpdateSum, UpdateSum),
        new(Float64Helpers.UpdateMinimum, UpdateMinimum),
        new(Float64Helpers.UpdateMaximum, UpdateMaximum),
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Add(long x, long y) => Bits(Number(x) + Number(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Subtract(long x, long y) => Bits(Number(x) - Number(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Multiply(long x, long y) => Bits(Number(x) * Number(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Divide(long x, long y) => Bits(Number(x) / Number(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Minimum(long x, long y) => Bits(Math.Min(Number(x), Number(y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Maximum(long x, long y) => Bits(Math.Max(Number(x), Number(y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Equal(long x, long y) => Number(x) == Number(y) ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Less(long x, long y) => Number(x) < Number(y) ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long LessOrEqual(long x, long y) => Number(x) <= Number(y) ? 1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long SquareRoot(long x) => Bits(Math.Sqrt(Number(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Floor(long x) => Bits(Math.Floor(Number(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Ceiling(long x) => Bits(Math.Ceiling(Number(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Round(long x) => Bits(Math.Round(Number(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long FromSigned(long x) => Bits(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long FromUnsigned(long x) => Bits((ulong)x);

    // Since .NET 9 conversions saturate, and NaN becomes 0, on every platform.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ToSigned(long x) => (long)Number(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ToUnsigned(long x) => (long)(ulong)Number(x);

    private static long UpdateSum(long sum, long x)
    {
        Float64Sum.Add((ulong*)sum, x);
        return 0;
    }

    private static long UpdateMinimum(long least, long x)
    {
        long key = long.Min(Float64Order.ToKey(*(double*)least), Float64Order.ToKey(Number(x)));
        *(double*)least = Float64Order.ToDouble(key);
        return 0;
    }

    private static long UpdateMaximum(long greatest, long x)
    {
        long key = long.Max(Float64Order.ToKey(*(double*)greatest), Float64Order.ToKey(Number(x)));
        *(double*)greatest = Float64Order.ToDouble(key);
        return 0;
    }

    private static double Number(long bits) => BitConverter.Int64BitsToDouble(bits);

    private static long Bits(double number) => BitConverter.DoubleToInt64Bits(number);
}

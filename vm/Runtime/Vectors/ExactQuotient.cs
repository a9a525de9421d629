using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>
/// Quotients of numbers from 0 to 2^52 - 1, which doubles hold exactly, as processors have no division of vectors of integers. Where x / d isn't
/// a whole number it is at least 1 / d below the next one, q, which is more than half of a double's last place there, as q * d is below 2^53:
/// rounding doesn't reach q, and rounding down gives the quotient. Inlined: a call would spill all vectors that are in registers.
/// </summary>
internal static class ExactQuotient
{
    private const long Most = (1L << 52) - 1;

    /// <summary>The bits of 2^52 as a double (IEEE 754): those of a number below are the low ones of the sum of both.</summary>
    private const long Exponent = 0x433L << 52;

    /// <summary>Whether ranges show that a division is always of such numbers, and never by zero.</summary>
    public static bool Exists(IrNode division) => division.First!.Range.IsWithin(0, Most) && division.Second!.Range.IsWithin(1, Most);

    /// <summary>Whether all lanes are such numbers, and none is divided by zero.</summary>
    public static bool Exists(Vector512<long> left, Vector512<long> right) =>
        Vector512.EqualsAll((left | right) & Vector512.Create(~Most), Vector512<long>.Zero) && !Vector512.EqualsAny(right, Vector512<long>.Zero);

    /// <summary>The quotients, rounded down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<long> Of(Vector512<long> left, Vector512<long> right)
    {
        Vector512<long> exponent = Vector512.Create(Exponent);
        Vector512<double> two52 = exponent.AsDouble();
        Vector512<double> quotient = Vector512.Floor(((left | exponent).AsDouble() - two52) / ((right | exponent).AsDouble() - two52));
        return (quotient + two52).AsInt64() ^ exponent;
    }

    /// <summary>What is left of the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<long> Remainder(Vector512<long> left, Vector512<long> right) => left - (Of(left, right) * right);

    /// <summary>Whether all lanes are such numbers, and none is divided by zero.</summary>
    public static bool Exists(Vector256<long> left, Vector256<long> right) =>
        Vector256.EqualsAll((left | right) & Vector256.Create(~Most), Vector256<long>.Zero) && !Vector256.EqualsAny(right, Vector256<long>.Zero);

    /// <summary>The quotients, rounded down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Of(Vector256<long> left, Vector256<long> right)
    {
        Vector256<long> exponent = Vector256.Create(Exponent);
        Vector256<double> two52 = exponent.AsDouble();
        Vector256<double> quotient = Vector256.Floor(((left | exponent).AsDouble() - two52) / ((right | exponent).AsDouble() - two52));
        return (quotient + two52).AsInt64() ^ exponent;
    }

    /// <summary>What is left of the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> Remainder(Vector256<long> left, Vector256<long> right) => left - (Of(left, right) * right);

    /// <summary>Whether all lanes are such numbers, and none is divided by zero.</summary>
    public static bool Exists(Vector128<long> left, Vector128<long> right) =>
        Vector128.EqualsAll((left | right) & Vector128.Create(~Most), Vector128<long>.Zero) && !Vector128.EqualsAny(right, Vector128<long>.Zero);

    /// <summary>The quotients, rounded down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<long> Of(Vector128<long> left, Vector128<long> right)
    {
        Vector128<long> exponent = Vector128.Create(Exponent);
        Vector128<double> two52 = exponent.AsDouble();
        Vector128<double> quotient = Vector128.Floor(((left | exponent).AsDouble() - two52) / ((right | exponent).AsDouble() - two52));
        return (quotient + two52).AsInt64() ^ exponent;
    }

    /// <summary>What is left of the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<long> Remainder(Vector128<long> left, Vector128<long> right) => left - (Of(left, right) * right);
}

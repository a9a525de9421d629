using System.Numerics;
using NearData.Client.Linq.Binding;

namespace NearData.Client.Linq;

/// <summary>Exact integers of the node as the C# values that they stand for.</summary>
internal static class ExactResults
{
    /// <summary>Digits after the point that a decimal can have.</summary>
    private const int MaxDecimalScale = 28;
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
    private static readonly BigInteger MaxDecimalInteger = (BigInteger.One << 96) - 1;

    /// <exception cref="OverflowException">A decimal can't hold the value exactly; the message has it.</exception>
    public static decimal ToDecimal(Int128 unscaled, int scale)
    {
        BigInteger magnitude = BigInteger.Abs(unscaled);
        int digits = scale;
        while (digits > 0 && (digits > MaxDecimalScale || magnitude > MaxDecimalInteger) && (magnitude % 10).IsZero)
        {
            magnitude /= 10;
            digits--;
        }

        if (digits > MaxDecimalScale || magnitude > MaxDecimalInteger)
        {
            throw new OverflowException($"The exact result is {unscaled} with {scale} digits after the point, which a decimal can't hold.");
        }

        UInt128 bits = (UInt128)magnitude;
        return new decimal((int)(uint)bits, (int)(uint)(bits >> 32), (int)(uint)(bits >> 64), Int128.IsNegative(unscaled), (byte)digits);
    }

    /// <summary>A minimum or maximum in its selector's type, or the type that this wraps.</summary>
    public static object ToType(Int128 unscaled, int scale, Type type) => type.Bare() switch
    {
        var bare when bare == typeof(decimal) => ToDecimal(unscaled, scale),
        var bare when bare == typeof(DateOnly) => ToDate(unscaled),
        var bare when bare == typeof(DateTime) => ToDateTime(unscaled, scale),
        var bare when bare == typeof(bool) => unscaled != 0,
        var bare => Convert.ChangeType((decimal)unscaled, bare),
    };

    private static DateOnly ToDate(Int128 days)
    {
        Int128 day = days + EpochDay;
        return day >= 0 && day <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)day)
            : throw new OverflowException($"The exact result is {days} days from 1970-01-01, which a DateOnly can't hold.");
    }

    private static DateTime ToDateTime(Int128 unscaled, int scale)
    {
        Int128 ticks = (unscaled * (Int128)BigInteger.Pow(10, ClientValues.TicksScale - scale)) + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks
            ? new DateTime((long)ticks, DateTimeKind.Utc)
            : throw new OverflowException(
                $"The exact result is {unscaled} (with {scale} digits of the second) from 1970-01-01, which a DateTime can't hold.");
    }
}

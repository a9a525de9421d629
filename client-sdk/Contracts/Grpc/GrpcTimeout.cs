using System.Globalization;

namespace NearData.Contracts.Grpc;

/// <summary>The <c>grpc-timeout</c> header: at most eight digits and a unit (PROTOCOL-HTTP2.md, Requests).</summary>
public static class GrpcTimeout
{
    private const int MaximumDigits = 8;
    private const long MaximumValue = 99_999_999;

    // From the finest that TimeSpan can hold to the coarsest.
    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>
    /// The header's value, in the finest unit that fits, rounded up so that no call ends before its time; at most
    /// 99999999 hours, which is eleven thousand years.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative.</exception>
    public static string Format(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        foreach ((char unit, long ticks) in Units)
        {
            long amount = timeout.Ticks / ticks + (timeout.Ticks % ticks == 0 ? 0 : 1);
            if (amount <= MaximumValue)
            {
                return $"{amount}{unit}";
            }
        }

        return $"{MaximumValue}H";
    }

    /// <summary>Reads a header's value; nanoseconds are rounded up to what a <see cref="TimeSpan"/> can hold.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > MaximumDigits + 1
            || !long.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long amount))
        {
            return false;
        }

        char unit = value[^1];
        if (unit == 'n')
        {
            timeout = TimeSpan.FromTicks((amount + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick);
            return true;
        }

        // Eight digits of hours fit a TimeSpan; a unit that isn't in the table has no ticks.
        long ticks = Array.Find(Units, row => row.Unit == unit).Ticks;
        timeout = TimeSpan.FromTicks(amount * ticks);
        return ticks != 0;
    }
}

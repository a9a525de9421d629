using System.Globalization;

namespace NearData.Cli;

/// <summary>Rates of networks as people write them.</summary>
internal static class BitRateText
{
    private static readonly (string Unit, double Bits)[] Units = [("Tbit", 1e12), ("Gbit", 1e9), ("Mbit", 1e6), ("Kbit", 1e3), ("bit", 1)];

    /// <summary>Bits a second of a text such as <c>10Gbit</c>, <c>2.5 Gbit/s</c> or <c>800mbit</c>.</summary>
    /// <param name="option">What it was given with, for the message.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="CliException">It is no rate, or none of a bit a second or more.</exception>
    public static ulong Parse(string option, string text)
    {
        string rate = text.Trim();
        rate = rate.EndsWith("/s", StringComparison.OrdinalIgnoreCase) ? rate[..^2] : rate;
        foreach ((string unit, double bits) in Units)
        {
            if (rate.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                return double.TryParse(rate[..^unit.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double count) && count * bits is >= 1 and <= 1e18
                    ? (ulong)(count * bits)
                    : throw Wrong(option, text);
            }
        }

        throw Wrong(option, text);
    }

    /// <summary>Such as <c>10 Gbit/s</c>.</summary>
    public static string Of(ulong bitsPerSecond)
    {
        (string unit, double bits) = Units.First(unit => bitsPerSecond >= unit.Bits || unit.Bits == 1);
        return string.Create(CultureInfo.InvariantCulture, $"{bitsPerSecond / bits:0.##} {unit}/s");
    }

    private static CliException Wrong(string option, string text) => new($"{option} takes a rate such as 10Gbit or 800Mbit, not '{text}'.");
}

using System.Globalization;

namespace NearData.Cli;

/// <summary>Sizes and counts for people.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as <c>12.4 MiB</c>.</summary>
    public static string Size(double bytes)
    {
        int unit = 0;
        while (bytes >= 1024 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.##} {Units[unit]}");
    }

    /// <summary>Such as <c>6,001,215</c>.</summary>
    public static string Count(double number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using NearData.Client;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Cli;

/// <summary>Parameters as a user writes them: <c>name=value</c>.</summary>
internal static class ParameterText
{
    /// <exception cref="CliException">A text is not of this form, or a name comes twice.</exception>
    public static Dictionary<string, string> Split(IEnumerable<string> texts)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            int split = text.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0)
            {
                throw new CliException($"--param takes name=value, not '{text}'.");
            }

            if (!values.TryAdd(text[..split], text[(split + 1)..]))
            {
                throw new CliException($"Parameter '{text[..split]}' is given twice.");
            }
        }

        return values;
    }

    /// <summary>
    /// Values by what the program's parameters are: text as it is, numbers of floating point, or whole numbers (decimal or 0x
    /// hexadecimal), dates (<c>1994-01-01</c>: days since 1970-01-01), <c>true</c> and <c>false</c>.
    /// </summary>
    /// <exception cref="CliException">A text is none of these.</exception>
    public static Dictionary<string, ParameterValue> Parse(IReadOnlyDictionary<string, string> texts, IReadOnlyList<Field> parameters) => texts.ToDictionary(
        given => given.Key,
        given => parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, given.Key, StringComparison.Ordinal))?.Kind switch
        {
            Field.Types.Kind.Text => (ParameterValue)given.Value,
            Field.Types.Kind.Double => Number(given.Key, given.Value),
            _ => Value(given.Key, given.Value),
        },
        StringComparer.Ordinal);

    private static double Number(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new CliException($"Parameter '{name}' is '{text}', which is no number.");

    private static Int128 Value(string name, string text)
    {
        if (Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 number))
        {
            return number;
        }

        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bits))
        {
            return bits;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
        {
            return date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        }

        return text switch
        {
            "true" => 1,
            "false" => 0,
            _ => throw new CliException($"Parameter '{name}' is '{text}', which is no whole number, date (yyyy-mm-dd), true or false."),
        };
    }
}

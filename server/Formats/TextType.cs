using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace NearData.Formats;

/// <summary>What the text of a column stands for.</summary>
public enum TextKind
{
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,

    /// <summary>An unscaled integer with a precision and a scale.</summary>
    Decimal,
    Double,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Microseconds since 1970-01-01T00:00 in UTC.</summary>
    Timestamp,

    /// <summary>UTF-8.</summary>
    Text,
}

/// <summary>A column's type.</summary>
/// <param name="Kind">The meaning.</param>
/// <param name="Precision">Decimal digits, 1 to <see cref="MostDigits"/>; decimals only.</param>
/// <param name="Scale">Digits after the point, up to the precision; decimals only.</param>
public readonly record struct TextType(TextKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>Digits of a decimal that always fit in 128 bits.</summary>
    public const int MostDigits = 38;

    private static readonly Dictionary<string, TextKind> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["BOOL"] = TextKind.Bool,
        ["BOOLEAN"] = TextKind.Bool,
        ["INT8"] = TextKind.Int8,
        ["TINYINT"] = TextKind.Int8,
        ["INT16"] = TextKind.Int16,
        ["SMALLINT"] = TextKind.Int16,
        ["INT32"] = TextKind.Int32,
        ["INTEGER"] = TextKind.Int32,
        ["INT64"] = TextKind.Int64,
        ["BIGINT"] = TextKind.Int64,
        ["UINT8"] = TextKind.UInt8,
        ["UTINYINT"] = TextKind.UInt8,
        ["UINT16"] = TextKind.UInt16,
        ["USMALLINT"] = TextKind.UInt16,
        ["UINT32"] = TextKind.UInt32,
        ["UINTEGER"] = TextKind.UInt32,
        ["UINT64"] = TextKind.UInt64,
        ["UBIGINT"] = TextKind.UInt64,
        ["DOUBLE"] = TextKind.Double,
        ["DATE"] = TextKind.Date,
        ["TIMESTAMP"] = TextKind.Timestamp,
        ["TEXT"] = TextKind.Text,
        ["VARCHAR"] = TextKind.Text,
        ["STRING"] = TextKind.Text,
    };

    /// <summary>Reads a name such as <c>BIGINT</c> or <c>DECIMAL(15,2)</c>: the product's own and DuckDB's, in any case.</summary>
    public static bool TryParse(string name, out TextType type)
    {
        if (Names.TryGetValue(name.Trim(), out TextKind kind))
        {
            type = new TextType(kind);
            return true;
        }

        return TryParseDecimal(name.Trim(), out type);
    }

    public override string ToString() =>
        Kind == TextKind.Decimal ? string.Create(CultureInfo.InvariantCulture, $"DECIMAL({Precision},{Scale})") : Kind.ToString().ToUpperInvariant();

    private static bool TryParseDecimal(string name, out TextType type)
    {
        type = default;
        int open = name.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || name[^1] != ')' || !IsDecimalName(name[..open].TrimEnd()))
        {
            return false;
        }

        string[] parts = name[(open + 1)..^1].Split(',');
        if (parts.Length > 2 || !TryParseCount(parts[0], out int precision) || precision is 0 or > MostDigits)
        {
            return false;
        }

        int scale = 0;
        if (parts.Length == 2 && (!TryParseCount(parts[1], out scale) || scale > precision))
        {
            return false;
        }

        type = new TextType(TextKind.Decimal, precision, scale);
        return true;
    }

    private static bool IsDecimalName([NotNullWhen(true)] string? name) =>
        string.Equals(name, "DECIMAL", StringComparison.OrdinalIgnoreCase) || string.Equals(name, "NUMERIC", StringComparison.OrdinalIgnoreCase);

    private static bool TryParseCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out count);
}

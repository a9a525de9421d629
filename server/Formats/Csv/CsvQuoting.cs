namespace NearData.Formats.Csv;

/// <summary>Says what is wrong with quotes and carriage returns.</summary>
internal static class CsvQuoting
{
    private const int ShownBytes = 8;

    /// <summary>Why a byte may not be where it is.</summary>
    public static string WhyMisplaced(ReadOnlySpan<byte> bytes, int place, byte quote) => (bytes[place], place == 0 ? (byte)0 : bytes[place - 1]) switch
    {
        (var here, _) when here == quote =>
            "A quote lies within a field that doesn't start with one (RFC 4180, 2.5); where quotes mean nothing, \"quote\": \"\" in the schema file says so.",
        (_, (byte)'\r') => "A carriage return has no newline behind it.",
        _ => $"{TextFormatException.Shown(bytes.Slice(place, Math.Min(ShownBytes, bytes.Length - place)))} follows the quote that ends a field, in place of a delimiter or newline.",
    };
}

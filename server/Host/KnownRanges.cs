using System.Globalization;
using System.Text;
using NearData.Contracts.V1;
using NearData.Isa.Programs;
using NearData.Verifier;
using FieldType = NearData.Isa.Programs.FieldType;

namespace NearData.Server;

/// <summary>What is known of a column, as a message for people to read.</summary>
internal static class KnownRanges
{
    /// <summary>Bytes of a text that are shown.</summary>
    private const int MostShown = 64;

    public static KnownRange Of(string column, FieldType type, FieldRange range)
    {
        (string minimum, string maximum) = Bounds(type, range);
        return new KnownRange
        {
            Column = column,
            Minimum = minimum,
            Maximum = maximum,
            MayBeNan = range.MayBeNaN,
            Nulls = range.Nulls switch
            {
                NullPresence.None => KnownRange.Types.Nulls.None,
                NullPresence.All => KnownRange.Types.Nulls.All,
                _ => KnownRange.Types.Nulls.Some,
            },
        };
    }

    private static (string Minimum, string Maximum) Bounds(FieldType type, FieldRange range) => type switch
    {
        FieldType.Text => (Text(range.Texts?.Least ?? default), Text(range.Texts?.Limit is { Span: [.. var last, 0] } limit ? limit[..last.Length] : default)),
        FieldType.Float64 => (Number(Float64Order.ToDouble((long)range.Minimum)), Number(Float64Order.ToDouble((long)range.Maximum))),
        _ => (Number(range.Minimum), Number(range.Maximum)),
    };

    private static string Number(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Text(ReadOnlyMemory<byte> bytes) =>
        bytes.Length > MostShown ? Encoding.UTF8.GetString(bytes.Span[..MostShown]) + "..." : Encoding.UTF8.GetString(bytes.Span);
}

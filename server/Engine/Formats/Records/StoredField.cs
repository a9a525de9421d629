using System.Globalization;
using System.Text.RegularExpressions;
using NearData.Engine.Datasets;
using NearData.Isa.Objects;
using NearData.Parquet;

namespace NearData.Engine.Formats.Records;

/// <summary>A member of a record that is a column.</summary>
/// <param name="Field">Where it lies.</param>
/// <param name="Type">What it means: what its C type and its tag say.</param>
internal sealed partial record StoredField(RecordField Field, ColumnType Type)
{
    /// <summary>The column that a member is; null where no column has its type.</summary>
    /// <exception cref="FileFormatException">Its tag says what its type can't hold.</exception>
    public static StoredField? Of(RecordField field, RecordLayout layout)
    {
        string? tag = field.Tags.FirstOrDefault();
        if (tag is null)
        {
            return PlainType(field) is { } type ? new StoredField(field, type) : null;
        }

        return TaggedType(field, tag) is { } tagged
            ? new StoredField(field, tagged)
            : throw new FileFormatException($"struct {layout.Name}", field.Offset, $"Member {field.Name} of {field.Size} bytes, {field.Kind}, can't be {tag}.");
    }

    private static ColumnType? PlainType(RecordField field) => (field.Kind, field.Size) switch
    {
        (RecordFieldKind.Bool, _) => new ColumnType(ColumnKind.Bool),
        (RecordFieldKind.Signed, 1) => new ColumnType(ColumnKind.Int8),
        (RecordFieldKind.Signed, 2) => new ColumnType(ColumnKind.Int16),
        (RecordFieldKind.Signed, 4) => new ColumnType(ColumnKind.Int32),
        (RecordFieldKind.Signed, 8) => new ColumnType(ColumnKind.Int64),
        (RecordFieldKind.Unsigned, 1) => new ColumnType(ColumnKind.UInt8),
        (RecordFieldKind.Unsigned, 2) => new ColumnType(ColumnKind.UInt16),
        (RecordFieldKind.Unsigned, 4) => new ColumnType(ColumnKind.UInt32),
        (RecordFieldKind.Unsigned, 8) => new ColumnType(ColumnKind.UInt64),
        (RecordFieldKind.Float, sizeof(float)) => new ColumnType(ColumnKind.Float),
        (RecordFieldKind.Float, sizeof(double)) => new ColumnType(ColumnKind.Double),
        (RecordFieldKind.Text, _) => new ColumnType(ColumnKind.String),
        (RecordFieldKind.Bytes, var length) => new ColumnType(ColumnKind.FixedBinary, Length: length),
        _ => null,
    };

    private static ColumnType? TaggedType(RecordField field, string tag) => (tag, field.Kind, field.Size) switch
    {
        ("nd:date", RecordFieldKind.Signed, sizeof(int)) => new ColumnType(ColumnKind.Date),
        ("nd:timestamp(ms)", RecordFieldKind.Signed, sizeof(long)) => new ColumnType(ColumnKind.Timestamp, Unit: TimeUnit.Milliseconds),
        ("nd:timestamp(us)", RecordFieldKind.Signed, sizeof(long)) => new ColumnType(ColumnKind.Timestamp, Unit: TimeUnit.Microseconds),
        ("nd:timestamp(ns)", RecordFieldKind.Signed, sizeof(long)) => new ColumnType(ColumnKind.Timestamp, Unit: TimeUnit.Nanoseconds),
        (_, RecordFieldKind.Signed, _) when DecimalTag().Match(tag) is { Success: true } match => Decimal(field.Size, match.Groups),
        _ => null,
    };

    /// <summary>Only as many digits as the narrowest field that programs may show it in holds.</summary>
    private static ColumnType? Decimal(int size, GroupCollection digits)
    {
        int precision = int.Parse(digits["precision"].ValueSpan, CultureInfo.InvariantCulture);
        int scale = int.Parse(digits["scale"].ValueSpan, CultureInfo.InvariantCulture);
        int most = size switch { sizeof(int) => 9, sizeof(long) => 18, 16 => 38, _ => 0 };
        return precision >= 1 && precision <= most && scale <= precision ? new ColumnType(ColumnKind.Decimal, precision, scale) : null;
    }

    [GeneratedRegex(@"^nd:decimal\((?<precision>[0-9]{1,2}), ?(?<scale>[0-9]{1,2})\)$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DecimalTag();
}

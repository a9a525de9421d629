using NearData.Engine.Binding;
using NearData.Engine.Datasets;
using NearData.Isa.Programs;

namespace NearData.Engine.Tests;

/// <summary>The rows of docs/abi.md, "Types": what each column may be declared as.</summary>
public sealed class TypeRulesTests
{
    [Theory]
    [InlineData(ColumnKind.Bool, "bool __u8")]
    [InlineData(ColumnKind.Int8, "__s8 __s16 __s32 __s64")]
    [InlineData(ColumnKind.Int16, "__s16 __s32 __s64")]
    [InlineData(ColumnKind.Int32, "__s32 __s64")]
    [InlineData(ColumnKind.Int64, "__s64")]
    [InlineData(ColumnKind.UInt8, "__s16 __s32 __s64 __u8 __u16 __u32 __u64")]
    [InlineData(ColumnKind.UInt16, "__s32 __s64 __u16 __u32 __u64")]
    [InlineData(ColumnKind.UInt32, "__s64 __u32 __u64")]
    [InlineData(ColumnKind.UInt64, "__u64")]
    [InlineData(ColumnKind.Date, "__s32 __s64")]
    [InlineData(ColumnKind.Timestamp, "__s64")]
    [InlineData(ColumnKind.Time, "__s64")]
    [InlineData(ColumnKind.Float, "nd_f64")]
    [InlineData(ColumnKind.Double, "nd_f64")]
    [InlineData(ColumnKind.String, "struct nd_str")]
    [InlineData(ColumnKind.Binary, "struct nd_str")]
    [InlineData(ColumnKind.FixedBinary, "struct nd_str")]
    [InlineData(ColumnKind.Int96, "__s64")]
    public void A_column_fits_the_fields_that_hold_all_its_values(ColumnKind kind, string fields) =>
        Assert.Equal(fields, FieldsFor(new ColumnType(kind)));

    [Theory]
    [InlineData(1, "__s32 __s64 __int128")]
    [InlineData(9, "__s32 __s64 __int128")]
    [InlineData(10, "__s64 __int128")]
    [InlineData(18, "__s64 __int128")]
    [InlineData(19, "__int128")]
    [InlineData(38, "__int128")]
    public void A_decimal_fits_by_its_precision(int precision, string fields) =>
        Assert.Equal(fields, FieldsFor(new ColumnType(ColumnKind.Decimal, precision, 2)));

    private static string FieldsFor(ColumnType column) => string.Join(
        ' ',
        Enum.GetValues<FieldType>().Where(field => TypeRules.Accepts(field, column)).Select(field => field.CName()).Order(SignedFirst));

    private static readonly Comparer<string> SignedFirst = Comparer<string>.Create((left, right) =>
        (left[0] == 'b' ? 0 : 1, left.Contains('s') ? 0 : 1, left.Length, left).CompareTo((right[0] == 'b' ? 0 : 1, right.Contains('s') ? 0 : 1, right.Length, right)));
}

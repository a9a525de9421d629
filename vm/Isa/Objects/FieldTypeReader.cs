using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The C types that fields, parameters and results can have.</summary>
internal static class FieldTypeReader
{
    /// <summary>For messages: the types that <see cref="Find"/> knows.</summary>
    public const string Known = $"{KnownIntegers}, __int128 and nd_f64";

    /// <summary>For messages: those of them that are integers.</summary>
    public const string KnownIntegers = "__s8 to __s64, __u8 to __u64, bool";

    /// <summary>For messages: the types that <see cref="FindInRow"/> knows.</summary>
    public const string KnownInRows = $"{KnownIntegers}, __int128, nd_f64 and struct nd_str";

    private const string TextTag = "nd_str";
    private const string Float64Tag = "nd_f64";
    private const string Float64SumTag = "nd_f64_sum";
    private const string Int128SumTag = "nd_i128_sum";

    /// <summary>The type that a C type is, behind its names and qualifiers; null for every other.</summary>
    public static FieldType? Find(BtfType type) =>
        type is BtfFloat { Size: sizeof(double) } or BtfComposite { Kind: BtfCompositeKind.Struct, Name: Float64Tag, Size: sizeof(double), Members.Length: 1 }
            ? FieldType.Float64
            : FindInteger(type);

    /// <summary>As <see cref="Find"/>, with the types that only rows have.</summary>
    public static FieldType? FindInRow(BtfType type) => type is BtfComposite
        {
            Kind: BtfCompositeKind.Struct,
            Name: TextTag,
            Size: 2 * TextLayout.MemberSize,
            Members: [{ Name: "len", BitOffset: TextLayout.LengthOffset * 8 }, { Name: "data", BitOffset: TextLayout.DataOffset * 8 }],
        }
        ? FieldType.Text
        : Find(type);

    /// <summary>The type of what is added to a sum that has a C type of its own; null for every other C type.</summary>
    public static FieldType? FindWideSum(BtfType type) =>
        type is not BtfComposite { Kind: BtfCompositeKind.Struct } sum ? null
        : (sum.Name, sum.Size) switch
        {
            (Float64SumTag, ResultField.Float64SumSize) => FieldType.Float64,
            (Int128SumTag, ResultField.Int128SumSize) => FieldType.Int128,
            _ => null,
        };

    private static FieldType? FindInteger(BtfType type) =>
        type is not BtfInt { FirstBit: 0 } it || it.Bits != it.Size * 8 ? null
        : it.Encoding.HasFlag(BtfIntEncoding.Boolean) ? (it.Size == 1 ? FieldType.Bool : null)
        : (it.Size, it.Encoding.HasFlag(BtfIntEncoding.Signed)) switch
        {
            (1, true) => FieldType.Int8,
            (2, true) => FieldType.Int16,
            (4, true) => FieldType.Int32,
            (8, true) => FieldType.Int64,
            (16, true) => FieldType.Int128,
            (1, false) => FieldType.UInt8,
            (2, false) => FieldType.UInt16,
            (4, false) => FieldType.UInt32,
            (8, false) => FieldType.UInt64,
            _ => null,
        };
}

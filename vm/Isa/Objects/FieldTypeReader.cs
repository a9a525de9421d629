using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The C types that fields, parameters and results can have.</summary>
internal static class FieldTypeReader
{
    /// <summary>For messages: the types that <see cref="Find"/> knows.</summary>
    public const string Known = "__s8 to __s64, __u8 to __u64 and bool";

    /// <summary>The type that a C type is, behind its names and qualifiers; null for every other.</summary>
    public static FieldType? Find(BtfType type) =>
        type is not BtfInt { FirstBit: 0 } it || it.Bits != it.Size * 8 ? null
        : it.Encoding.HasFlag(BtfIntEncoding.Boolean) ? (it.Size == 1 ? FieldType.Bool : null)
        : (it.Size, it.Encoding.HasFlag(BtfIntEncoding.Signed)) switch
        {
            (1, true) => FieldType.Int8,
            (2, true) => FieldType.Int16,
            (4, true) => FieldType.Int32,
            (8, true) => FieldType.Int64,
            (1, false) => FieldType.UInt8,
            (2, false) => FieldType.UInt16,
            (4, false) => FieldType.UInt32,
            (8, false) => FieldType.UInt64,
            _ => null,
        };
}

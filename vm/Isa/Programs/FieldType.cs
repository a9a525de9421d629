namespace NearData.Isa.Programs;

/// <summary>The type of a row's field, a parameter or a result, as C declares it.</summary>
public enum FieldType
{
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,

    /// <summary>C's <c>bool</c>: one byte, 0 or 1.</summary>
    Bool,

    /// <summary>
    /// <c>nd_f64</c>: the bits of an IEEE 754 double, for <c>nd_f64_*</c> helpers. As a result's total it is its place in the order of
    /// doubles (<see cref="Float64Order"/>).
    /// </summary>
    Float64,
}

public static class FieldTypes
{
    /// <summary>Bytes in memory.</summary>
    public static int Size(this FieldType type) => type switch
    {
        FieldType.Int8 or FieldType.UInt8 or FieldType.Bool => 1,
        FieldType.Int16 or FieldType.UInt16 => 2,
        FieldType.Int32 or FieldType.UInt32 => 4,
        _ => 8,
    };

    public static bool IsSigned(this FieldType type) =>
        type is FieldType.Int8 or FieldType.Int16 or FieldType.Int32 or FieldType.Int64;

    /// <summary>The least value of the type.</summary>
    public static Int128 Minimum(this FieldType type) =>
        type == FieldType.Float64 ? Float64Order.Least
        : type.IsSigned() ? -(Int128.One << ((type.Size() * 8) - 1)) : 0;

    /// <summary>The greatest value of the type.</summary>
    public static Int128 Maximum(this FieldType type) =>
        type == FieldType.Bool ? 1
        : type == FieldType.Float64 ? Float64Order.Greatest
        : type.IsSigned() ? (Int128.One << ((type.Size() * 8) - 1)) - 1
        : (Int128.One << (type.Size() * 8)) - 1;

    /// <summary>The type as an author writes it, such as <c>__s32</c>.</summary>
    public static string CName(this FieldType type) => type switch
    {
        FieldType.Bool => "bool",
        FieldType.Float64 => "nd_f64",
        _ => $"__{(type.IsSigned() ? 's' : 'u')}{type.Size() * 8}",
    };
}

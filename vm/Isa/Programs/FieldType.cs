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

    /// <summary>
    /// <c>struct nd_str</c>: the length of text or binary data in bytes, and the address of its first byte. Of rows, where it stands for a
    /// column's value, and of parameters, where it is an array of <c>char</c>.
    /// </summary>
    Text,

    /// <summary><c>__int128</c>. As a result only helpers update it.</summary>
    Int128,
}

public static class FieldTypes
{
    /// <summary>Bytes in memory.</summary>
    public static int Size(this FieldType type) => type switch
    {
        FieldType.Int8 or FieldType.UInt8 or FieldType.Bool => 1,
        FieldType.Int16 or FieldType.UInt16 => 2,
        FieldType.Int32 or FieldType.UInt32 => 4,
        FieldType.Text or FieldType.Int128 => 16,
        _ => 8,
    };

    /// <summary>What its offset is a multiple of.</summary>
    public static int Alignment(this FieldType type) => type == FieldType.Text ? sizeof(long) : type.Size();

    /// <summary>Bytes of a struct of a value and its validity byte.</summary>
    public static int NullableSize(this FieldType type) => type.Size() + type.Alignment();

    public static bool IsSigned(this FieldType type) =>
        type is FieldType.Int8 or FieldType.Int16 or FieldType.Int32 or FieldType.Int64 or FieldType.Int128;

    /// <summary>The least value of the type.</summary>
    public static System.Int128 Minimum(this FieldType type) =>
        type == FieldType.Float64 ? Float64Order.Least
        : type.IsSigned() ? -(System.Int128.One << ((type.Size() * 8) - 1)) : 0;

    /// <summary>The greatest value of the type.</summary>
    public static System.Int128 Maximum(this FieldType type) =>
        type == FieldType.Bool ? 1
        : type == FieldType.Float64 ? Float64Order.Greatest
        : type.IsSigned() ? (System.Int128.One << ((type.Size() * 8) - 1)) - 1
        : (System.Int128.One << (type.Size() * 8)) - 1;

    /// <summary>The type as an author writes it, such as <c>__s32</c>.</summary>
    public static string CName(this FieldType type) => type switch
    {
        FieldType.Bool => "bool",
        FieldType.Float64 => "nd_f64",
        FieldType.Text => "struct nd_str",
        FieldType.Int128 => "__int128",
        _ => $"__{(type.IsSigned() ? 's' : 'u')}{type.Size() * 8}",
    };
}

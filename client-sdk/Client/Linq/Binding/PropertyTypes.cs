using System.Collections.Frozen;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Binding;

/// <summary>The C# types that queries compute with.</summary>
internal static class PropertyTypes
{
    private static readonly FrozenDictionary<Type, Interval> Integers = new Dictionary<Type, FieldType>
    {
        [typeof(sbyte)] = FieldType.Int8,
        [typeof(short)] = FieldType.Int16,
        [typeof(int)] = FieldType.Int32,
        [typeof(long)] = FieldType.Int64,
        [typeof(byte)] = FieldType.UInt8,
        [typeof(ushort)] = FieldType.UInt16,
        [typeof(uint)] = FieldType.UInt32,
        [typeof(ulong)] = FieldType.UInt64,
    }.ToFrozenDictionary(pair => pair.Key, pair => Interval.Of(pair.Value));

    /// <summary>The type itself, or what a nullable type wraps.</summary>
    public static Type Bare(this Type type) => Nullable.GetUnderlyingType(type) ?? type;

    public static bool IsNullable(this Type type) => Nullable.GetUnderlyingType(type) is not null;

    public static bool IsInteger(this Type type) => Integers.ContainsKey(type);

    /// <summary>
    /// What a value of this type may be in a register: an integer type's own range, since C# would wrap around or throw beyond
    /// it; otherwise what 64 signed bits hold of unscaled decimals and times.
    /// </summary>
    public static Interval RegisterRange(this Type type) =>
        type == typeof(bool) ? Interval.Bit : Integers.TryGetValue(type, out Interval range) ? range : Interval.Signed64;

    /// <summary>The type as C# writes it.</summary>
    public static string CSharpName(this Type type)
    {
        string bare = type.Bare().Name;
        bare = bare switch
        {
            nameof(SByte) => "sbyte",
            nameof(Int16) => "short",
            nameof(Int32) => "int",
            nameof(Int64) => "long",
            nameof(Byte) => "byte",
            nameof(UInt16) => "ushort",
            nameof(UInt32) => "uint",
            nameof(UInt64) => "ulong",
            nameof(Boolean) => "bool",
            nameof(Decimal) => "decimal",
            nameof(Double) => "double",
            nameof(Single) => "float",
            nameof(String) => "string",
            nameof(Object) => "object",
            nameof(Char) => "char",
            _ => bare,
        };
        return type.IsNullable() ? bare + "?" : bare;
    }
}

using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>How partial values of a result field become one.</summary>
public enum MergeRule
{
    Sum,
    Min,
    Max,
    Or,
    And,
}

public static class MergeRules
{
    /// <summary>The value that a field starts with: merging it changes nothing.</summary>
    public static Int128 Identity(this MergeRule rule, FieldType type) => rule switch
    {
        MergeRule.Min => type.Maximum(),
        MergeRule.Max => type.Minimum(),
        MergeRule.And => type.IsSigned() ? -1 : type.Maximum(),
        _ => 0,
    };

    /// <summary>Two partial values as one. Sums are exact within 128 bits.</summary>
    public static Int128 Merge(this MergeRule rule, Int128 left, Int128 right) => rule switch
    {
        MergeRule.Sum => checked(left + right),
        MergeRule.Min => Int128.Min(left, right),
        MergeRule.Max => Int128.Max(left, right),
        MergeRule.Or => left | right,
        _ => left & right,
    };
}

/// <summary>A field of <c>.bss.results</c>, tagged with its merge.</summary>
/// <param name="Name">A struct variable's member, or a scalar variable; unique in the object.</param>
/// <param name="Offset">Bytes from the section's start.</param>
/// <param name="Type">Sums are of integers of 64 or 128 bits, or of doubles; the others of any type.</param>
/// <param name="Merge">How partial values become one.</param>
public sealed record ResultField(string Name, int Offset, FieldType Type, MergeRule Merge)
{
    /// <summary>Bytes of the exact sum of doubles, <c>nd_f64_sum</c>: 34 words of fixed point and one of flags.</summary>
    public const int Float64SumSize = 35 * sizeof(ulong);

    /// <summary>Bytes of the exact sum of 128-bit integers, <c>nd_i128_sum</c>: 192 bits.</summary>
    public const int Int128SumSize = 3 * sizeof(ulong);

    /// <summary>Bytes in the section.</summary>
    public int Size => !IsWideSum ? Type.Size() : Type == FieldType.Float64 ? Float64SumSize : Int128SumSize;

    /// <summary>What its offset is a multiple of.</summary>
    public int Alignment => IsWideSum ? sizeof(ulong) : Type.Alignment();

    /// <summary>Whether its memory holds a sum that is wider than what is added.</summary>
    public bool IsWideSum => Merge == MergeRule.Sum && IsUpdatedByHelpers;

    /// <summary>Whether only helpers update it: machine instructions don't know numbers of its type.</summary>
    public bool IsUpdatedByHelpers => Type is FieldType.Float64 or FieldType.Int128;
}

/// <summary>A parameter: a global <c>const volatile</c> variable in <c>.rodata</c>, given by name at execution.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Offset">Bytes from the section's start.</param>
/// <param name="Type">An integer type, doubles, or text.</param>
/// <param name="Capacity">Of text the array's length in bytes; text that is shorter ends with a zero. 0 for the others.</param>
public sealed record ParameterField(string Name, int Offset, FieldType Type, int Capacity = 0)
{
    /// <summary>Bytes in the section.</summary>
    public int Size => Type == FieldType.Text ? Capacity : Type.Size();
}

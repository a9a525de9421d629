using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Arithmetic on 128-bit integers, given as their low and high halves; modulo 2^128.</summary>
public static class Int128Helpers
{
    private const int First = HelperSignature.OwnNumbers + 200;

    /// <summary>(low, high, other low, other high, sum).</summary>
    public static readonly HelperSignature Add = new(
        First,
        "nd_i128_add",
        [ArgumentKind.Scalar, ArgumentKind.Scalar, ArgumentKind.Scalar, ArgumentKind.Scalar, ArgumentKind.WideOut],
        ReturnKind.Nothing,
        HelperPurity.Pure,
        Cost: 4);

    /// <summary>(signed 64-bit number, another, product): exact.</summary>
    public static readonly HelperSignature Multiply = new(
        First + 1,
        "nd_i128_mul",
        [ArgumentKind.Scalar, ArgumentKind.Scalar, ArgumentKind.WideOut],
        ReturnKind.Nothing,
        HelperPurity.Pure,
        Cost: 4);

    /// <summary>(sum, low, high): adds to an exact sum.</summary>
    public static readonly HelperSignature UpdateSum = Updating(First + 2, "nd_sum_i128", MergeRule.Sum);

    /// <summary>(least, low, high): keeps the lesser.</summary>
    public static readonly HelperSignature UpdateMinimum = Updating(First + 3, "nd_min_i128", MergeRule.Min);

    /// <summary>(greatest, low, high): keeps the greater.</summary>
    public static readonly HelperSignature UpdateMaximum = Updating(First + 4, "nd_max_i128", MergeRule.Max);

    public static ImmutableArray<HelperSignature> All { get; } = [Add, Multiply, UpdateSum, UpdateMinimum, UpdateMaximum];

    private static HelperSignature Updating(int number, string name, MergeRule merge) =>
        new(number, name, [ArgumentKind.Result, ArgumentKind.Scalar, ArgumentKind.Scalar], ReturnKind.Nothing, HelperPurity.Reducing, Cost: 10)
        {
            Kinds = [ProgramKind.Reduce, ProgramKind.Buffer],
            Update = new ResultUpdate(merge, FieldType.Int128),
        };
}

using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>
/// Arithmetic on IEEE 754 doubles, whose bits travel in registers, rounding to nearest, ties to even. Compiled code has an instruction
/// in the place of each call. A NaN's sign and payload are not specified.
/// </summary>
public static class Float64Helpers
{
    private const int First = HelperSignature.OwnNumbers;

    public static readonly HelperSignature Add = Binary(First, "nd_f64_add");

    public static readonly HelperSignature Subtract = Binary(First + 1, "nd_f64_sub");

    public static readonly HelperSignature Multiply = Binary(First + 2, "nd_f64_mul");

    public static readonly HelperSignature Divide = Binary(First + 3, "nd_f64_div");

    /// <summary>(x, y): the lesser; NaN where one is NaN; -0 is less than +0 (IEEE 754-2019, minimum).</summary>
    public static readonly HelperSignature Minimum = Binary(First + 4, "nd_f64_min");

    /// <summary>(x, y): the greater; NaN where one is NaN; -0 is less than +0 (IEEE 754-2019, maximum).</summary>
    public static readonly HelperSignature Maximum = Binary(First + 5, "nd_f64_max");

    /// <summary>(x, y): 1 where they are equal, else 0; a NaN equals nothing.</summary>
    public static readonly HelperSignature Equal = Binary(First + 6, "nd_f64_eq");

    /// <summary>(x, y): 1 where x is less, else 0, as where one is NaN.</summary>
    public static readonly HelperSignature Less = Binary(First + 7, "nd_f64_lt");

    /// <summary>(x, y): 1 where x is less or equal, else 0, as where one is NaN.</summary>
    public static readonly HelperSignature LessOrEqual = Binary(First + 8, "nd_f64_le");

    public static readonly HelperSignature SquareRoot = Unary(First + 9, "nd_f64_sqrt");

    public static readonly HelperSignature Floor = Unary(First + 10, "nd_f64_floor");

    public static readonly HelperSignature Ceiling = Unary(First + 11, "nd_f64_ceil");

    /// <summary>(x): the nearest whole number, ties to even.</summary>
    public static readonly HelperSignature Round = Unary(First + 12, "nd_f64_round");

    /// <summary>(signed integer): the nearest double.</summary>
    public static readonly HelperSignature FromSigned = Unary(First + 13, "nd_f64_from_s64");

    /// <summary>(unsigned integer): the nearest double.</summary>
    public static readonly HelperSignature FromUnsigned = Unary(First + 14, "nd_f64_from_u64");

    /// <summary>(x): cut towards zero; the nearest end of the range where it lies outside; 0 for NaN.</summary>
    public static readonly HelperSignature ToSigned = Unary(First + 15, "nd_f64_to_s64");

    /// <summary>(x): cut towards zero; the nearest end of the range where it lies outside; 0 for NaN.</summary>
    public static readonly HelperSignature ToUnsigned = Unary(First + 16, "nd_f64_to_u64");

    /// <summary>(sum, x): adds to an exact sum.</summary>
    public static readonly HelperSignature UpdateSum = Updating(First + 17, "nd_sum_f64", MergeRule.Sum, cost: 20);

    /// <summary>(least, x): keeps the lesser (<see cref="Float64Order"/>).</summary>
    public static readonly HelperSignature UpdateMinimum = Updating(First + 18, "nd_min_f64", MergeRule.Min, cost: 10);

    /// <summary>(greatest, x): keeps the greater (<see cref="Float64Order"/>).</summary>
    public static readonly HelperSignature UpdateMaximum = Updating(First + 19, "nd_max_f64", MergeRule.Max, cost: 10);

    public static ImmutableArray<HelperSignature> All { get; } =
    [
        Add, Subtract, Multiply, Divide, Minimum, Maximum, Equal, Less, LessOrEqual, SquareRoot, Floor, Ceiling, Round,
        FromSigned, FromUnsigned, ToSigned, ToUnsigned, UpdateSum, UpdateMinimum, UpdateMaximum,
    ];

    private static HelperSignature Unary(int number, string name) =>
        new(number, name, [ArgumentKind.Scalar], ReturnKind.Scalar, HelperPurity.Pure, Cost: 1);

    private static HelperSignature Binary(int number, string name) =>
        new(number, name, [ArgumentKind.Scalar, ArgumentKind.Scalar], ReturnKind.Scalar, HelperPurity.Pure, Cost: 1);

    private static HelperSignature Updating(int number, string name, MergeRule merge, int cost) =>
        new(number, name, [ArgumentKind.Result, ArgumentKind.Scalar], ReturnKind.Nothing, HelperPurity.Reducing, cost)
        {
            Kinds = [ProgramKind.Reduce, ProgramKind.Buffer],
            Update = new ResultUpdate(merge, FieldType.Float64),
        };
}

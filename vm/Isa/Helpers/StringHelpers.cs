using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>
/// Helpers that compare and copy text and binary data, each given as an address and a length in bytes. Comparisons are of bytes; a LIKE pattern's
/// <c>_</c> is a character of UTF-8. The bytes of a column's value don't count towards a program's cost: they were read, and are looked at
/// a bounded number of times.
/// </summary>
public static class StringHelpers
{
    private const int First = HelperSignature.OwnNumbers + 100;

    /// <summary>(data, length, other, its length): 1 where they are equal, else 0.</summary>
    public static readonly HelperSignature Equal = Comparing(First, "nd_str_eq");

    /// <summary>(data, length, other, its length): -1, 0 or 1 by the first different byte, then by length.</summary>
    public static readonly HelperSignature Compare = Comparing(First + 1, "nd_str_cmp");

    /// <summary>(data, length, prefix, its length): 1 where it begins so, else 0.</summary>
    public static readonly HelperSignature StartsWith = Comparing(First + 2, "nd_str_starts");

    /// <summary>(data, length, suffix, its length): 1 where it ends so, else 0.</summary>
    public static readonly HelperSignature EndsWith = Comparing(First + 3, "nd_str_ends");

    /// <summary>(data, length, part, its length): 1 where it is somewhere in it, else 0.</summary>
    public static readonly HelperSignature Contains = Comparing(First + 4, "nd_str_contains");

    /// <summary>
    /// (data, length, pattern, its length, escape): 1 where SQL's LIKE matches, else 0. Escape is the byte that makes the next one of the
    /// pattern mean itself, or -1 for none; a pattern that ends with it matches nothing.
    /// </summary>
    public static readonly HelperSignature Like = Comparing(First + 5, "nd_str_like", ArgumentKind.Scalar);

    /// <summary>(text, its size): bytes in front of the first zero, or the size where there is none.</summary>
    public static readonly HelperSignature Length = new(
        First + 6, "nd_strnlen", [ArgumentKind.Memory, ArgumentKind.SizeOrZero], ReturnKind.Length, HelperPurity.Pure, Cost: 10);

    /// <summary>
    /// (place, its size, text, its length): the length, or -<c>E2BIG</c> where the place is too small for it. The text's first bytes are in
    /// the place, and zeros behind them.
    /// </summary>
    public static readonly HelperSignature Copy = new(
        First + 7,
        "nd_str_copy",
        [ArgumentKind.MemoryOut, ArgumentKind.Size, ArgumentKind.Memory, ArgumentKind.SizeOrZero],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 20);

    public static ImmutableArray<HelperSignature> All { get; } = [Equal, Compare, StartsWith, EndsWith, Contains, Like, Length, Copy];

    private static HelperSignature Comparing(int number, string name, params ReadOnlySpan<ArgumentKind> more) => new(
        number,
        name,
        [ArgumentKind.Memory, ArgumentKind.SizeOrZero, ArgumentKind.Memory, ArgumentKind.SizeOrZero, .. more],
        ReturnKind.Scalar,
        HelperPurity.Pure,
        Cost: 20);
}

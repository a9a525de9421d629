namespace NearData.Verifier.Domains;

/// <summary>What a conditional jump leaves of its operands.</summary>
public static class ScalarRefinement
{
    /// <summary>The operands where a relation holds between all 64 bits; null where it can't.</summary>
    public static (Scalar Left, Scalar Right)? Assume64(Relation relation, Scalar left, Scalar right) =>
        WordRefinement.Assume(relation, left.Whole, right.Whole) is { } words
        && Scalar.Meet(words.Left, left.Low) is { } tighterLeft
        && Scalar.Meet(words.Right, right.Low) is { } tighterRight
            ? (tighterLeft, tighterRight)
            : null;

    /// <summary>The operands where a relation holds between their low halves; null where it can't.</summary>
    public static (Scalar Left, Scalar Right)? Assume32(Relation relation, Scalar left, Scalar right) =>
        WordRefinement.Assume(relation, left.Low, right.Low) is { } words
        && Scalar.Meet(left.Whole, words.Left) is { } tighterLeft
        && Scalar.Meet(right.Whole, words.Right) is { } tighterRight
            ? (tighterLeft, tighterRight)
            : null;
}

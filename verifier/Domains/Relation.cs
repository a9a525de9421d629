namespace NearData.Verifier.Domains;

/// <summary>What a conditional jump learns about its operands: its condition where taken, the opposite where not.</summary>
public enum Relation
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    SignedLess,
    SignedLessOrEqual,
    SignedGreater,
    SignedGreaterOrEqual,

    /// <summary>Some bit is set in both.</summary>
    BitsSet,

    /// <summary>No bit is set in both.</summary>
    BitsClear,
}

public static class Relations
{
    /// <summary>The relation that holds where this one doesn't.</summary>
    public static Relation Opposite(this Relation relation) => relation switch
    {
        Relation.Equal => Relation.NotEqual,
        Relation.NotEqual => Relation.Equal,
        Relation.Less => Relation.GreaterOrEqual,
        Relation.LessOrEqual => Relation.Greater,
        Relation.Greater => Relation.LessOrEqual,
        Relation.GreaterOrEqual => Relation.Less,
        Relation.SignedLess => Relation.SignedGreaterOrEqual,
        Relation.SignedLessOrEqual => Relation.SignedGreater,
        Relation.SignedGreater => Relation.SignedLessOrEqual,
        Relation.SignedGreaterOrEqual => Relation.SignedLess,
        Relation.BitsSet => Relation.BitsClear,
        _ => Relation.BitsSet,
    };

    /// <summary>The same relation with its operands exchanged.</summary>
    public static Relation Mirrored(this Relation relation) => relation switch
    {
        Relation.Less => Relation.Greater,
        Relation.LessOrEqual => Relation.GreaterOrEqual,
        Relation.Greater => Relation.Less,
        Relation.GreaterOrEqual => Relation.LessOrEqual,
        Relation.SignedLess => Relation.SignedGreater,
        Relation.SignedLessOrEqual => Relation.SignedGreaterOrEqual,
        Relation.SignedGreater => Relation.SignedLess,
        Relation.SignedGreaterOrEqual => Relation.SignedLessOrEqual,
        _ => relation,
    };

    public static bool IsSigned(this Relation relation) =>
        relation is Relation.SignedLess or Relation.SignedLessOrEqual or Relation.SignedGreater or Relation.SignedGreaterOrEqual;
}

namespace NearData.Client.Linq.Ir;

internal enum Relation
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

internal static class Relations
{
    /// <summary>The relation that holds exactly where this one doesn't.</summary>
    public static Relation Inverse(this Relation relation) => relation switch
    {
        Relation.Equal => Relation.NotEqual,
        Relation.NotEqual => Relation.Equal,
        Relation.Less => Relation.GreaterOrEqual,
        Relation.LessOrEqual => Relation.Greater,
        Relation.Greater => Relation.LessOrEqual,
        _ => Relation.Less,
    };

    /// <summary>The relation with its sides exchanged.</summary>
    public static Relation Mirror(this Relation relation) => relation switch
    {
        Relation.Less => Relation.Greater,
        Relation.LessOrEqual => Relation.GreaterOrEqual,
        Relation.Greater => Relation.Less,
        Relation.GreaterOrEqual => Relation.LessOrEqual,
        _ => relation,
    };
}

/// <summary>
/// What a program branches on. Negation is pushed down to the comparisons, and constants are folded away on construction, so that
/// a constant is only ever a whole condition and no code is unreachable. Compared by structure.
/// </summary>
internal abstract record Condition
{
    public static readonly Condition True = new Constant(true);
    public static readonly Condition False = new Constant(false);

    public static Condition And(Condition left, Condition right) => (left, right) switch
    {
        (Constant constant, _) => constant.Value ? right : False,
        (_, Constant constant) => constant.Value ? left : False,
        _ => left.Equals(right) ? left : new Both(left, right),
    };

    public static Condition Or(Condition left, Condition right) => (left, right) switch
    {
        (Constant constant, _) => constant.Value ? True : right,
        (_, Constant constant) => constant.Value ? True : left,
        _ => left.Equals(right) ? left : new Either(left, right),
    };

    public static Condition Not(Condition condition) => condition switch
    {
        Constant constant => constant.Value ? False : True,
        Comparison comparison => comparison with { Relation = comparison.Relation.Inverse() },
        Both both => Or(Not(both.Left), Not(both.Right)),
        Either either => And(Not(either.Left), Not(either.Right)),
        _ => throw new InvalidOperationException($"No negation of {condition}."),
    };

    /// <summary>Whether a boolean, or a validity, is 1.</summary>
    public static Condition IsSet(Scalar bit) => bit is Number number
        ? (number.Value.IsZero ? False : True)
        : new Comparison(Relation.NotEqual, bit, new Number(0));

    /// <summary>One of two conditions.</summary>
    public static Condition Choose(Condition test, Condition whenTrue, Condition whenFalse) =>
        whenTrue.Equals(whenFalse) ? whenTrue : Or(And(test, whenTrue), And(Not(test), whenFalse));

    /// <summary>One of two values.</summary>
    public static Scalar Choose(Condition test, Scalar whenTrue, Scalar whenFalse) =>
        test is Constant constant ? (constant.Value ? whenTrue : whenFalse) : new Choice(test, whenTrue, whenFalse);
}

internal sealed record Constant(bool Value) : Condition;

/// <summary>Both sides are read as signed, or both as unsigned.</summary>
internal sealed record Comparison(Relation Relation, Scalar Left, Scalar Right) : Condition
{
    public bool IsSigned => Left.IsSigned && Right.IsSigned;
}

internal sealed record Both(Condition Left, Condition Right) : Condition;

internal sealed record Either(Condition Left, Condition Right) : Condition;

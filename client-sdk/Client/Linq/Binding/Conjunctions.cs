using System.Linq.Expressions;

namespace NearData.Client.Linq.Binding;

internal static class Conjunctions
{
    /// <summary>The conditions that all have to hold for a predicate to hold.</summary>
    public static IEnumerable<Expression> Of(Expression predicate) =>
        predicate is BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } both && both.Type == typeof(bool)
            ? Of(both.Left).Concat(Of(both.Right))
            : [predicate];

    /// <summary>What holds wherever a predicate does, made of those parts of it that are decided; null where these say nothing.</summary>
    public static Expression? Implied(Expression predicate, Func<Expression, bool> isDecided) => predicate switch
    {
        _ when isDecided(predicate) => predicate,
        BinaryExpression { NodeType: ExpressionType.AndAlso } both => (Implied(both.Left, isDecided), Implied(both.Right, isDecided)) switch
        {
            ({ } left, { } right) => Expression.AndAlso(left, right),
            var (left, right) => left ?? right,
        },
        BinaryExpression { NodeType: ExpressionType.OrElse } either => (Implied(either.Left, isDecided), Implied(either.Right, isDecided)) switch
        {
            ({ } left, { } right) => Expression.OrElse(left, right),
            _ => null,
        },
        _ => null,
    };
}

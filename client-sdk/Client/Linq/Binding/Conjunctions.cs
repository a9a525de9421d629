using System.Linq.Expressions;

namespace NearData.Client.Linq.Binding;

internal static class Conjunctions
{
    /// <summary>The conditions that all have to hold for a predicate to hold.</summary>
    public static IEnumerable<Expression> Of(Expression predicate) =>
        predicate is BinaryExpression { NodeType: ExpressionType.AndAlso or ExpressionType.And } both && both.Type == typeof(bool)
            ? Of(both.Left).Concat(Of(both.Right))
            : [predicate];
}

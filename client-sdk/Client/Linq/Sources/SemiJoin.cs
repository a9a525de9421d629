using System.Linq.Expressions;

namespace NearData.Client.Linq.Sources;

/// <summary>A question whether another query has a record: <c>orders.Any(o => o.OrderKey == l.OrderKey)</c>, or <c>keys.Contains(l.OrderKey)</c>.</summary>
/// <param name="Rows">The other query.</param>
/// <param name="Argument">The predicate over a record of it as a lambda, or the record itself.</param>
internal sealed record SemiJoin(RowSource Rows, Expression Argument)
{
    /// <summary>The question that a call asks; null where it asks none.</summary>
    public static SemiJoin? Of(MethodCallExpression call)
    {
        bool asks = call.Object is not null && typeof(IRowQuery).IsAssignableFrom(call.Object.Type)
            && call.Method.Name is nameof(Dataset<int>.Any) or nameof(Dataset<int>.Contains);
        if (!asks)
        {
            return null;
        }

        object? query = Expression.Lambda<Func<object?>>(call.Object!).Compile(preferInterpretation: true)();
        Expression argument = call.Arguments[0] is UnaryExpression { NodeType: ExpressionType.Quote, Operand: LambdaExpression quoted } ? quoted : call.Arguments[0];
        return query is IRowQuery rows
            ? new(rows.Source, argument)
            : throw new QueryTranslationException(call.Object!, "it is null.");
    }
}

using System.Linq.Expressions;

namespace NearData.Client.Linq.Binding;

/// <summary>Finds the sub-expressions that need the row; all others are the client's to evaluate.</summary>
internal sealed class RowDependence : ExpressionVisitor
{
    private readonly HashSet<Expression> _dependent = new(ReferenceEqualityComparer.Instance);
    private readonly ParameterExpression _row;
    private int _uses;

    public RowDependence(LambdaExpression lambda)
    {
        _row = lambda.Parameters[0];
        Visit(lambda.Body);
    }

    public bool Needs(Expression expression) => _dependent.Contains(expression);

    public override Expression? Visit(Expression? node)
    {
        int before = _uses;
        Expression? visited = base.Visit(node);
        if (node is not null && _uses > before)
        {
            _dependent.Add(node);
        }

        return visited;
    }

    protected override Expression VisitParameter(ParameterExpression node)
    {
        _uses += node == _row ? 1 : 0;
        return node;
    }
}

using System.Linq.Expressions;

namespace NearData.Client.Linq.Binding;

/// <summary>Finds which rows sub-expressions need; those that need none are the client's to evaluate.</summary>
internal sealed class RowDependence : ExpressionVisitor
{
    private readonly Dictionary<Expression, RowSet> _dependent = new(ReferenceEqualityComparer.Instance);
    private readonly Func<ParameterExpression, RowSet> _rowsOf;
    private RowSet _used;

    /// <param name="expression">All of it.</param>
    /// <param name="rowsOf">The rows that a parameter stands for; none where it is no row.</param>
    public RowDependence(Expression expression, Func<ParameterExpression, RowSet> rowsOf)
    {
        _rowsOf = rowsOf;
        Visit(expression);
    }

    public RowSet RowsOf(Expression expression) => _dependent.GetValueOrDefault(expression);

    public override Expression? Visit(Expression? node)
    {
        RowSet before = _used;
        _used = default;
        Expression? visited = base.Visit(node);
        if (node is not null)
        {
            _dependent[node] = _used;
        }

        _used |= before;
        return visited;
    }

    protected override Expression VisitParameter(ParameterExpression node)
    {
        _used |= _rowsOf(node);
        return node;
    }
}

/// <summary>Some of the rows that a stage's record consists of: its own, and those that its joins find.</summary>
internal readonly record struct RowSet
{
    private readonly ulong _bits;

    private RowSet(ulong bits) => _bits = bits;

    /// <summary>The most joins of a stage.</summary>
    public const int MaxJoins = 63;

    /// <summary>The stage's own row.</summary>
    public static RowSet Own { get; } = new(1);

    public bool IsEmpty => _bits == 0;

    /// <summary>The row of a join, by its number from 0.</summary>
    public static RowSet Of(int join) => new(2UL << join);

    /// <summary>The one join whose row this is; null where there are others, or none.</summary>
    public int? Join => ulong.IsPow2(_bits) && _bits > 1 ? (int)ulong.TrailingZeroCount(_bits) - 1 : null;

    public bool IsWithin(RowSet other) => (_bits & ~other._bits) == 0;

    public static RowSet operator |(RowSet left, RowSet right) => new(left._bits | right._bits);
}

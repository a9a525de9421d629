using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Ir;
using NearData.Client.Linq.Sources;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Binding;

/// <summary>
/// Turns an expression over rows into the tree that code is made from. C#'s own semantics hold: lifted operators over nullables,
/// where an ordering with null is false and null equals null; what C# would compute differently from the node is refused.
/// </summary>
internal sealed class ExpressionBinder
{
    private readonly IRowScope _scope;
    private readonly RowDependence _dependence;
    private readonly OperatorBinder _operators;
    private readonly TextBinder _texts;

    private ExpressionBinder(Expression expression, IRowScope scope)
    {
        _scope = scope;
        _dependence = new RowDependence(expression, scope.RowsOf);
        _operators = new OperatorBinder(new ClientOperand(scope.Parameters));
        _texts = new TextBinder(scope.Parameters);
    }

    /// <summary>An expression, whatever it is.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public static Bound Bind(Expression expression, IRowScope scope) => new ExpressionBinder(expression, scope).Bind(expression);

    /// <summary>A predicate: the records for which it holds.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public static Condition BindPredicate(Expression predicate, IRowScope scope)
    {
        ExpressionBinder binder = new(predicate, scope);
        return binder._operators.ToCondition(binder.Bind(predicate), predicate);
    }

    /// <summary>What an aggregate is computed from.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public static RowNumber BindSelector(Expression selector, IRowScope scope)
    {
        ExpressionBinder binder = new(selector, scope);
        return binder._operators.ToNumber(binder.Bind(selector), selector);
    }

    /// <summary>A part of a group's key: a <see cref="RowNumber"/> or <see cref="RowText"/>.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public static Bound BindKey(Expression part, IRowScope scope)
    {
        ExpressionBinder binder = new(part, scope);
        Bound bound = binder.Bind(part);
        return bound is RowText ? bound : binder._operators.ToNumber(bound, part);
    }

    private Bound Bind(Expression expression)
    {
        RowSet rows = _dependence.RowsOf(expression);
        if (rows.IsEmpty)
        {
            return ClientValues.Evaluate(expression);
        }

        if (rows.Join is { } join && _scope.Bring(join, expression) is { } brought)
        {
            return brought;
        }

        return expression switch
        {
            MemberExpression member => BindMember(member),
            BinaryExpression binary => BindBinary(binary),
            UnaryExpression unary => BindUnary(unary),
            ConditionalExpression choice => _operators.Choose(
                choice,
                _operators.ToCondition(Bind(choice.Test), choice.Test),
                Bind(choice.IfTrue),
                Bind(choice.IfFalse)),
            MethodCallExpression { Object: { } nullable, Arguments: [], Method.Name: nameof(Nullable<int>.GetValueOrDefault) } call
                when nullable.Type.IsNullable() => _operators.OrZero(Bind(nullable), call),
            MethodCallExpression call when TextBinder.RelationOf(call) is { } relation => _texts.Ask(call, relation, Bind(call.Object!), Bind(call.Arguments[0])),
            MethodCallExpression call when SemiJoin.Of(call) is { } question => new RowTruth(_scope.Asks(call, question)),
            MethodCallExpression call => throw new QueryTranslationException(
                call, $"the method {call.Method.DeclaringType?.Name}.{call.Method.Name} of a row's value is not supported."),
            ParameterExpression row => throw new QueryTranslationException(row, "the row as a whole has no value; use its properties."),
            _ => throw new QueryTranslationException(expression, $"expressions of kind {expression.NodeType} are not supported."),
        };
    }

    private Bound BindMember(MemberExpression member)
    {
        if (member.Member is PropertyInfo property && IsRow(member.Expression))
        {
            RowProperty found = _scope.Resolve(property);
            Condition present = found.Column.IsNullable ? Condition.IsSet(new FieldValidity(found.Column)) : Condition.True;
            return found.Column.Type == FieldType.Text
                ? new RowText(new TextField(found.Column), present)
                : new RowNumber(new FieldValue(found.Column), found.Scale, present);
        }

        if (member.Expression is { } owner && owner.Type.IsNullable())
        {
            Bound value = Bind(owner);
            return string.Equals(member.Member.Name, nameof(Nullable<int>.HasValue), StringComparison.Ordinal)
                ? new RowTruth(_operators.ToNumber(value, owner).Present)
                : value;
        }

        throw new QueryTranslationException(
            member, $"the member {member.Member.DeclaringType?.Name}.{member.Member.Name} is not supported; only properties of the row are columns.");
    }

    private Bound BindBinary(BinaryExpression binary)
    {
        Bound left = Bind(binary.Left);
        Bound right = Bind(binary.Right);
        return binary.NodeType switch
        {
            ExpressionType.AndAlso or ExpressionType.And when binary.Type == typeof(bool) => new RowTruth(Condition.And(
                _operators.ToCondition(left, binary.Left), _operators.ToCondition(right, binary.Right))),
            ExpressionType.OrElse or ExpressionType.Or when binary.Type == typeof(bool) => new RowTruth(Condition.Or(
                _operators.ToCondition(left, binary.Left), _operators.ToCondition(right, binary.Right))),
            ExpressionType.ExclusiveOr when binary.Type == typeof(bool) => _operators.Compare(binary, Relation.NotEqual, left, right),
            ExpressionType.Equal when left is RowText || right is RowText => _texts.Equal(binary, left, right),
            ExpressionType.NotEqual when left is RowText || right is RowText => new RowTruth(
                Condition.Not(_operators.ToCondition(_texts.Equal(binary, left, right), binary))),
            ExpressionType.Equal => _operators.Compare(binary, Relation.Equal, left, right),
            ExpressionType.NotEqual => _operators.Compare(binary, Relation.NotEqual, left, right),
            ExpressionType.LessThan => _operators.Compare(binary, Relation.Less, left, right),
            ExpressionType.LessThanOrEqual => _operators.Compare(binary, Relation.LessOrEqual, left, right),
            ExpressionType.GreaterThan => _operators.Compare(binary, Relation.Greater, left, right),
            ExpressionType.GreaterThanOrEqual => _operators.Compare(binary, Relation.GreaterOrEqual, left, right),
            ExpressionType.Add or ExpressionType.AddChecked => _operators.Compute(binary, ArithmeticOperator.Add, left, right),
            ExpressionType.Subtract or ExpressionType.SubtractChecked => _operators.Compute(binary, ArithmeticOperator.Subtract, left, right),
            ExpressionType.Multiply or ExpressionType.MultiplyChecked => _operators.Compute(binary, ArithmeticOperator.Multiply, left, right),
            ExpressionType.Divide => _operators.Compute(binary, ArithmeticOperator.Divide, left, right),
            ExpressionType.Modulo => _operators.Compute(binary, ArithmeticOperator.Modulo, left, right),
            ExpressionType.Coalesce => _operators.Coalesce(binary, left, right),
            _ => throw new QueryTranslationException(binary, $"the operator {binary.NodeType} of {binary.Type.CSharpName()} is not supported."),
        };
    }

    private Bound BindUnary(UnaryExpression unary) => unary.NodeType switch
    {
        ExpressionType.Not when unary.Type == typeof(bool) =>
            new RowTruth(Condition.Not(_operators.ToCondition(Bind(unary.Operand), unary.Operand))),
        ExpressionType.Negate or ExpressionType.NegateChecked => _operators.Negate(unary, Bind(unary.Operand)),
        ExpressionType.UnaryPlus => Bind(unary.Operand),
        ExpressionType.Convert or ExpressionType.ConvertChecked => _operators.Cast(unary, Bind(unary.Operand)),
        _ => throw new QueryTranslationException(unary, $"the operator {unary.NodeType} of {unary.Type.CSharpName()} is not supported."),
    };

    // A generic constraint makes the compiler convert the row to the interface that has the property.
    private bool IsRow(Expression? expression) =>
        (expression is ParameterExpression parameter && _scope.RowsOf(parameter) == RowSet.Own)
        || (expression is UnaryExpression { NodeType: ExpressionType.Convert } conversion && IsRow(conversion.Operand));
}

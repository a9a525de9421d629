using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq;

/// <summary>A value of a group that a projection uses.</summary>
internal abstract record GroupValue(Type Type)
{
    /// <summary>A part of the key.</summary>
    public sealed record Key(int Index, Type Type) : GroupValue(Type);

    /// <summary>An aggregate over the group's records; the selector is a predicate for a count, or null.</summary>
    public sealed record Aggregate(AggregateKind Kind, LambdaExpression? Selector, Type Type) : GroupValue(Type);
}

/// <summary>
/// The lambda over a group, taken apart: the values that the node has to give, and the function that makes the caller's object of
/// them, which may do with them whatever C# can.
/// </summary>
internal sealed class GroupProjection : ExpressionVisitor
{
    private readonly ParameterExpression _group;
    private readonly LambdaExpression _key;
    private readonly ParameterExpression _row = Expression.Parameter(typeof(object[]), "row");
    private readonly List<GroupValue> _values = [];

    private GroupProjection(LambdaExpression key, LambdaExpression selector)
    {
        _key = key;
        _group = selector.Parameters[0];
    }

    /// <summary>What the node gives for each group, in order.</summary>
    public IReadOnlyList<GroupValue> Values => _values;

    /// <summary>Takes the selector apart.</summary>
    /// <exception cref="QueryTranslationException">It uses the group in a way that has no translation.</exception>
    public static (GroupProjection Projection, Func<object?[], TResult> Make) Of<TResult>(LambdaExpression key, LambdaExpression selector)
    {
        GroupProjection projection = new(key, selector);
        Expression body = projection.Visit(selector.Body);
        return (projection, Expression.Lambda<Func<object?[], TResult>>(body, projection._row).Compile());
    }

    /// <summary>The expressions that a key is made of.</summary>
    public static IReadOnlyList<Expression> PartsOf(LambdaExpression key) => key.Body switch
    {
        NewExpression { Arguments.Count: > 0 } many => many.Arguments,
        MemberInitExpression => throw new QueryTranslationException(key.Body, "a key is one value, or an anonymous object of several."),
        var one => [one],
    };

    protected override Expression VisitMember(MemberExpression node)
    {
        // Only the part that is used, not the whole key.
        if (node.Expression is MemberExpression inner && IsKey(inner) && _key.Body is NewExpression { Members: { } members } many
            && members.ToList().FindIndex(member => member.Name == node.Member.Name) is >= 0 and var part)
        {
            return Use(new GroupValue.Key(part, many.Arguments[part].Type));
        }

        if (!IsKey(node))
        {
            return base.VisitMember(node);
        }

        return _key.Body is NewExpression { Arguments.Count: > 0 } whole
            ? whole.Update(whole.Arguments.Select((argument, index) => Use(new GroupValue.Key(index, argument.Type))))
            : Use(new GroupValue.Key(0, node.Type));
    }

    protected override Expression VisitMethodCall(MethodCallExpression node)
    {
        if (node.Arguments.FirstOrDefault() != _group || node.Method.DeclaringType != typeof(Enumerable))
        {
            return base.VisitMethodCall(node);
        }

        AggregateKind kind = node.Method.Name switch
        {
            nameof(Enumerable.Count) or nameof(Enumerable.LongCount) => AggregateKind.Count,
            nameof(Enumerable.Sum) => AggregateKind.Sum,
            nameof(Enumerable.Average) => AggregateKind.Average,
            nameof(Enumerable.Min) => AggregateKind.Min,
            nameof(Enumerable.Max) => AggregateKind.Max,
            _ => throw new QueryTranslationException(node, $"the method {node.Method.Name} of a group is not supported; Count, Sum, Average, Min and Max are."),
        };
        LambdaExpression? selector = node.Arguments.Count < 2 ? null : node.Arguments[1] switch
        {
            LambdaExpression lambda => lambda,
            UnaryExpression { Operand: LambdaExpression lambda } => lambda,
            var other => throw new QueryTranslationException(other, "it isn't written as a lambda."),
        };
        return selector is null && kind != AggregateKind.Count
            ? throw new QueryTranslationException(node, "what is aggregated isn't said; give a lambda over a record.")
            : Use(new GroupValue.Aggregate(kind, selector, node.Type));
    }

    protected override Expression VisitParameter(ParameterExpression node) => node == _group
        ? throw new QueryTranslationException(node, "a group's records stay at the node; use its Key, Count, Sum, Average, Min and Max.")
        : base.VisitParameter(node);

    private bool IsKey(MemberExpression node) =>
        node.Expression == _group && node.Member is PropertyInfo { Name: nameof(IGrouping<int, int>.Key) };

    private UnaryExpression Use(GroupValue value)
    {
        _values.Add(value);
        return Expression.Convert(Expression.ArrayIndex(_row, Expression.Constant(_values.Count - 1)), value.Type);
    }
}

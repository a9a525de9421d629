using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Binding;
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
    private readonly LambdaExpression _key;
    private readonly LambdaExpression _selector;
    private readonly ParameterExpression _row = Expression.Parameter(typeof(object[]), "row");
    private readonly List<GroupValue> _values = [];

    private GroupProjection(LambdaExpression key, LambdaExpression selector)
    {
        _key = key;
        _selector = selector;
    }

    /// <summary>The key of a record.</summary>
    public LambdaExpression Key => _key;

    /// <summary>What stands for the group.</summary>
    public ParameterExpression Group => _selector.Parameters[0];

    /// <summary>What is made of the group.</summary>
    public Expression Made => _selector.Body;

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

    /// <summary>The same over a parameter of its own, where the groups may be looked up twice.</summary>
    public GroupProjection Anew()
    {
        ParameterExpression group = Expression.Parameter(Group.Type, Group.Name);
        return new GroupProjection(_key, Expression.Lambda(Inliner.Of(_selector, group), group));
    }

    /// <summary>The value that a lambda over the projection's object shows as it is, to sort by.</summary>
    /// <exception cref="QueryTranslationException">It shows none: what it gives is computed by the client.</exception>
    public GroupValue ValueOf(LambdaExpression shown)
    {
        Expression expression = Inliner.Of(shown, _selector.Body);
        return FindConverted(expression) is { } found and not GroupValue.Aggregate { Kind: AggregateKind.Average }
            ? found
            : throw new QueryTranslationException(
                expression, "it is computed by the client, and groups are sorted by the node; sort by a value of the Key, a Count, Sum, Min or Max, or sort the list.");
    }

    /// <summary>The expressions that a key is made of.</summary>
    public static IReadOnlyList<Expression> PartsOf(Expression key) => key switch
    {
        NewExpression { Arguments.Count: > 0 } many => many.Arguments,
        MemberInitExpression => throw new QueryTranslationException(key, "a key is one value, or an anonymous object of several."),
        var one => [one],
    };

    protected override Expression VisitMember(MemberExpression node)
    {
        if (Find(node) is { } value)
        {
            return Use(value);
        }

        return IsKey(node) && _key.Body is NewExpression whole
            ? whole.Update(whole.Arguments.Select((argument, index) => Use(new GroupValue.Key(index, argument.Type))))
            : base.VisitMember(node);
    }

    protected override Expression VisitMethodCall(MethodCallExpression node) => Find(node) is { } value ? Use(value) : base.VisitMethodCall(node);

    protected override Expression VisitParameter(ParameterExpression node) => node == Group
        ? throw new QueryTranslationException(node, "a group's records stay at the node; use its Key, Count, Sum, Average, Min and Max.")
        : base.VisitParameter(node);

    /// <summary>As <see cref="Find"/>, also where it is converted to a type that holds every value of its own.</summary>
    public GroupValue? FindConverted(Expression expression) =>
        expression is UnaryExpression { NodeType: ExpressionType.Convert } conversion && KeepsValue(conversion) ? FindConverted(conversion.Operand) : Find(expression);

    /// <summary>The value of the group that an expression is; null where it is none, or several.</summary>
    public GroupValue? Find(Expression node) => node switch
    {
        // Only the part that is used, not the whole key.
        MemberExpression { Expression: MemberExpression inner } member when IsKey(inner) && _key.Body is NewExpression { Members: { } members } many
            && members.ToList().FindIndex(it => it.Name == member.Member.Name) is >= 0 and var part => new GroupValue.Key(part, many.Arguments[part].Type),
        MemberExpression member when IsKey(member) && _key.Body is not NewExpression { Arguments.Count: > 0 } => new GroupValue.Key(0, member.Type),
        MethodCallExpression call when call.Arguments.FirstOrDefault() == Group && call.Method.DeclaringType == typeof(Enumerable) => AggregateOf(call),
        _ => null,
    };

    private static GroupValue.Aggregate AggregateOf(MethodCallExpression call)
    {
        AggregateKind kind = call.Method.Name switch
        {
            nameof(Enumerable.Count) or nameof(Enumerable.LongCount) => AggregateKind.Count,
            nameof(Enumerable.Sum) => AggregateKind.Sum,
            nameof(Enumerable.Average) => AggregateKind.Average,
            nameof(Enumerable.Min) => AggregateKind.Min,
            nameof(Enumerable.Max) => AggregateKind.Max,
            _ => throw new QueryTranslationException(call, $"the method {call.Method.Name} of a group is not supported; Count, Sum, Average, Min and Max are."),
        };
        LambdaExpression? selector = call.Arguments.Count < 2 ? null : call.Arguments[1] switch
        {
            LambdaExpression lambda => lambda,
            UnaryExpression { Operand: LambdaExpression lambda } => lambda,
            var other => throw new QueryTranslationException(other, "it isn't written as a lambda."),
        };
        return selector is null && kind != AggregateKind.Count
            ? throw new QueryTranslationException(call, "what is aggregated isn't said; give a lambda over a record.")
            : new GroupValue.Aggregate(kind, selector, call.Type);
    }

    // To the nullable form, or to a number type that holds every value of the other.
    private static bool KeepsValue(UnaryExpression conversion)
    {
        Type from = conversion.Operand.Type.Bare();
        Type to = conversion.Type.Bare();
        return from == to || (from.IsInteger() && (to == typeof(decimal) || (to.IsInteger() && from.RegisterRange().IsWithin(to.RegisterRange()))));
    }

    private bool IsKey(MemberExpression node) =>
        node.Expression == Group && node.Member is PropertyInfo { Name: nameof(IGrouping<int, int>.Key) };

    private UnaryExpression Use(GroupValue value)
    {
        _values.Add(value);
        return Expression.Convert(Expression.ArrayIndex(_row, Expression.Constant(_values.Count - 1)), value.Type);
    }
}

using System.Linq.Expressions;
using System.Reflection;

namespace NearData.Client.Linq;

/// <summary>Puts expressions in the place of a lambda's parameters, and members' values in the place of members of objects that these make.</summary>
internal sealed class Inliner : ExpressionVisitor
{
    private readonly Dictionary<ParameterExpression, Expression> _arguments;

    private Inliner(Dictionary<ParameterExpression, Expression> arguments) => _arguments = arguments;

    /// <summary>The lambda's body over these arguments.</summary>
    public static Expression Of(LambdaExpression lambda, params IReadOnlyList<Expression> arguments) =>
        new Inliner(lambda.Parameters.Zip(arguments).ToDictionary(pair => pair.First, pair => pair.Second)).Visit(lambda.Body);

    protected override Expression VisitParameter(ParameterExpression node) => _arguments.GetValueOrDefault(node, node);

    protected override Expression VisitMember(MemberExpression node)
    {
        Expression? owner = Visit(node.Expression);
        return owner is not null && ValueOf(owner, node.Member) is { } value ? value : node.Update(owner);
    }

    private static Expression? ValueOf(Expression made, MemberInfo member) => made switch
    {
        NewExpression { Members: { } members } anonymous => At(anonymous, [.. members.Select(it => it.Name)], member),
        NewExpression { Constructor: { } constructor } positional when IsRecord(positional.Type) =>
            At(positional, [.. constructor.GetParameters().Select(it => it.Name)], member),
        MemberInitExpression init => init.Bindings.OfType<MemberAssignment>().FirstOrDefault(it => it.Member.Name == member.Name)?.Expression
            ?? ValueOf(init.NewExpression, member),
        _ => null,
    };

    private static Expression? At(NewExpression made, string?[] names, MemberInfo member)
    {
        int index = Array.IndexOf(names, member.Name);
        return index < 0 ? null : made.Arguments[index];
    }

    // Of other classes nothing says that a property shows what the constructor's parameter of its name was given.
    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;
}

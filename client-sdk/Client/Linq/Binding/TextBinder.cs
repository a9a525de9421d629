using System.Linq.Expressions;
using System.Text;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Binding;

/// <summary>What can be asked of text: equality, and how it begins, ends, and what is in it, by bytes as ordinal comparisons do.</summary>
internal sealed class TextBinder(ParameterList parameters)
{
    /// <summary>The method of <see cref="string"/> that asks for a relation; null for other methods.</summary>
    public static TextRelation? RelationOf(MethodCallExpression call)
    {
        if (call.Method.DeclaringType != typeof(string) || call.Object is null || call.Arguments.Count is not (1 or 2) || call.Arguments[0].Type != typeof(string))
        {
            return null;
        }

        TextRelation? relation = call.Method.Name switch
        {
            nameof(string.Equals) => TextRelation.Equal,
            nameof(string.StartsWith) => TextRelation.StartsWith,
            nameof(string.EndsWith) => TextRelation.EndsWith,
            nameof(string.Contains) => TextRelation.Contains,
            _ => null,
        };
        bool isOrdinal = call.Arguments.Count == 1 || call.Arguments[1] is ConstantExpression { Value: StringComparison.Ordinal };
        return relation is null || isOrdinal
            ? relation
            : throw new QueryTranslationException(call, "text is compared by bytes; the one comparison that means so is StringComparison.Ordinal.");
    }

    /// <summary>Whether two texts are equal; null equals null.</summary>
    public Bound Equal(Expression source, Bound left, Bound right) => (left, right) switch
    {
        (ClientText value, RowText row) => Equal(source, row, value),
        (RowText row, ClientText { Value: null }) => new RowTruth(Condition.Not(row.Present)),
        (RowText row, ClientText value) => new RowTruth(Condition.And(row.Present, Test(source, TextRelation.Equal, row, value))),
        (RowText row, RowText other) => new RowTruth(Condition.Or(
            Condition.And(Condition.And(row.Present, other.Present), Condition.IsSet(new TextTest(TextRelation.Equal, row.Field, other.Field))),
            Condition.And(Condition.Not(row.Present), Condition.Not(other.Present)))),
        _ => throw new QueryTranslationException(source, "text is compared with text only."),
    };

    /// <summary>Whether a row's text begins, ends or has in it another; false where it is null.</summary>
    public Bound Ask(MethodCallExpression source, TextRelation relation, Bound text, Bound other)
    {
        if (relation == TextRelation.Equal)
        {
            return Equal(source, text, other);
        }

        return (text, other) switch
        {
            (RowText, ClientText { Value: null }) => throw new QueryTranslationException(source, "its argument is null."),
            (RowText row, ClientText value) => new RowTruth(Condition.And(row.Present, Test(source, relation, row, value))),
            (RowText row, RowText part) => new RowTruth(Condition.And(
                Condition.And(row.Present, part.Present), Condition.IsSet(new TextTest(relation, row.Field, part.Field)))),
            _ => throw new QueryTranslationException(source, "only a row's text can be asked so; turn it around."),
        };
    }

    private Condition Test(Expression source, TextRelation relation, RowText row, ClientText value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value.Value!);
        return bytes.Contains((byte)0)
            ? throw new QueryTranslationException(source, "its text has a character of value zero, which ends the text of a parameter.")
            : Condition.IsSet(new TextTest(relation, row.Field, parameters.Add(value.Name, bytes)));
    }
}

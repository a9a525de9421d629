using System.Linq.Expressions;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Contracts.V1;
using Int128 = System.Int128;

namespace NearData.Client.Linq;

/// <summary>A query bound to a dataset, with the values of one execution.</summary>
/// <param name="Shape">What its program is made from.</param>
/// <param name="Scale">Digits after the point of the aggregated integer.</param>
/// <param name="Parameters">Values by name; the program may use fewer.</param>
internal sealed record TranslatedQuery(QueryShape Shape, int Scale, IReadOnlyDictionary<string, ParameterValue> Parameters) : ITranslatedQuery
{
    object ITranslatedQuery.Shape => Shape;

    public QueryObject Compile() => QueryObject.Of(Shape);
}

/// <summary>The first half of translation: lambdas to trees with proven ranges. Captured variables are read here.</summary>
internal static class QueryTranslator
{
    /// <param name="dataset">As described by the node.</param>
    /// <param name="predicates">All of them hold for the records that are aggregated.</param>
    /// <param name="kind">Which aggregate.</param>
    /// <param name="selector">What is aggregated; null for a count.</param>
    /// <exception cref="QueryTranslationException">The query can't be translated.</exception>
    public static TranslatedQuery Translate(
        DescribeDatasetResponse dataset, IEnumerable<LambdaExpression> predicates, AggregateKind kind, LambdaExpression? selector)
    {
        RowSchema schema = new(dataset);
        ParameterList parameters = new();
        Condition filter = Filter(predicates, schema, parameters);
        RowNumber? value = selector is null ? null : ExpressionBinder.BindSelector(selector, schema, parameters);
        if (selector is not null && selector.ReturnType.Bare() == typeof(DateTime) && value!.Scale > ClientValues.TicksScale)
        {
            throw new QueryTranslationException(selector.Body, "a DateTime can't hold its nanoseconds. Declare the property long.");
        }

        Aggregate aggregate = new(kind, value?.Scalar, value?.Present ?? Condition.True);
        return new(new(filter, aggregate), value?.Scale ?? 0, parameters.Values);
    }

    /// <summary>All of the predicates as one.</summary>
    public static Condition Filter(IEnumerable<LambdaExpression> predicates, RowSchema schema, ParameterList parameters) => predicates.Aggregate(
        Condition.True,
        (all, predicate) => Condition.And(all, ExpressionBinder.BindPredicate(predicate, schema, parameters)));
}

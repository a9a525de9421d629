using System.Collections.Immutable;
using System.Linq.Expressions;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Ir;
using NearData.Client.Linq.Sources;

namespace NearData.Client.Linq;

/// <summary>A query for a number, bound to its datasets, with the values of one execution.</summary>
/// <param name="Stages">In order.</param>
/// <param name="JoinedKeys">Of the last stage's joins.</param>
/// <param name="Scale">Digits after the point of the aggregated integer.</param>
internal sealed record TranslatedQuery(ImmutableArray<TranslatedStage> Stages, IReadOnlyList<JoinedKey> JoinedKeys, int Scale) : ITranslatedQuery;

/// <summary>The first half of translation: lambdas to trees with proven ranges. Captured variables are read here.</summary>
internal static class QueryTranslator
{
    /// <param name="source">Where the records come from.</param>
    /// <param name="scope">Descriptions of the datasets.</param>
    /// <param name="kind">Which aggregate.</param>
    /// <param name="selector">What is aggregated; null for a count.</param>
    /// <exception cref="QueryTranslationException">The query can't be translated.</exception>
    public static TranslatedQuery Translate(RowSource source, StageScope scope, AggregateKind kind, LambdaExpression? selector)
    {
        StagePlan plan = StagePlan.Of(source, scope);
        Expression? selected = selector is null ? null : plan.Show(selector);
        RowNumber? value = selected is null ? null : ExpressionBinder.BindSelector(selected, plan);
        if (selected is not null && selected.Type.Bare() == typeof(DateTime) && value!.Scale > ClientValues.TicksScale)
        {
            throw new QueryTranslationException(selected, "a DateTime can't hold its nanoseconds. Declare the property long.");
        }

        Aggregate aggregate = new(kind, value?.Scalar, value?.Present ?? Condition.True);
        return new([.. plan.Stages(new QueryShape(plan.Filter, plan.Joins(), aggregate))], plan.JoinedKeys, value?.Scale ?? 0);
    }
}

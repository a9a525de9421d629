using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Contracts.V1;
using NearData.Isa.Programs;
using Int128 = System.Int128;

namespace NearData.Client.Linq;

/// <summary>Translates a grouping query: its key, and the values that its projection uses.</summary>
internal sealed class GroupTranslator
{
    private readonly RowSchema _schema;
    private readonly ParameterList _parameters = new();
    private readonly List<KeyPart> _key = [];
    private readonly List<(int Scale, Type Type)> _keyTypes = [];
    private readonly List<GroupTotal> _totals = [];

    private GroupTranslator(RowSchema schema) => _schema = schema;

    /// <param name="dataset">As described by the node.</param>
    /// <param name="predicates">All of them hold for the records that are grouped.</param>
    /// <param name="key">One value, or a new object of several.</param>
    /// <param name="projection">What is made of each group.</param>
    /// <param name="maxGroups">The most groups.</param>
    /// <exception cref="QueryTranslationException">The query can't be translated.</exception>
    public static TranslatedGroups Translate(
        DescribeDatasetResponse dataset, IEnumerable<LambdaExpression> predicates, LambdaExpression key, GroupProjection projection, int maxGroups)
    {
        GroupTranslator translator = new(new RowSchema(dataset));
        Condition filter = QueryTranslator.Filter(predicates, translator._schema, translator._parameters);
        foreach (Expression part in GroupProjection.PartsOf(key))
        {
            translator.AddKey(part, key);
        }

        List<Func<GroupColumns, Func<GroupRows, int, object?>>> readers = [.. projection.Values.Select(value => value switch
        {
            GroupValue.Key part => translator.Key(part),
            GroupValue.Aggregate aggregate => translator.Total(aggregate),
            _ => throw new InvalidOperationException($"{value} is no value of a group."),
        })];
        GroupShape shape = new(filter, [.. translator._key], [.. translator._totals.DefaultIfEmpty(Rows(Condition.True))], maxGroups);
        GroupColumns columns = new(shape);
        return new TranslatedGroups(shape, [.. readers.Select(reader => reader(columns))], translator._parameters.Values);
    }

    private static GroupTotal Rows(Condition present) => new(MergeRule.Sum, null, present);

    private void AddKey(Expression part, LambdaExpression key)
    {
        if (ExpressionBinder.BindKey(Expression.Lambda(part, key.Parameters), _schema, _parameters) is RowText text)
        {
            _key.Add(new TextKey(text.Field, TextKeys.BytesOf(part), text.Present));
            _keyTypes.Add((0, part.Type));
            return;
        }

        RowNumber number = Bind(part, key);
        _key.Add(new NumberKey(number.Scalar, number.Present));
        _keyTypes.Add((number.Scale, part.Type));
    }

    private RowNumber Bind(Expression expression, LambdaExpression lambda)
    {
        RowNumber number = ExpressionBinder.BindSelector(Expression.Lambda(expression, lambda.Parameters), _schema, _parameters);
        return expression.Type.Bare() == typeof(DateTime) && number.Scale > ClientValues.TicksScale
            ? throw new QueryTranslationException(expression, "a DateTime can't hold its nanoseconds. Declare the property long.")
            : number;
    }

    private Func<GroupColumns, Func<GroupRows, int, object?>> Key(GroupValue.Key part)
    {
        (int scale, Type type) = _keyTypes[part.Index];
        return columns => (groups, row) => columns.Validities[part.Index] is { } validity && groups.Number(row, validity) == 0
            ? null
            : type == typeof(string) ? groups.Text(row, columns.Values[part.Index])
            : ExactResults.ToType(groups.Number(row, columns.Values[part.Index]), scale, type);
    }

    private Func<GroupColumns, Func<GroupRows, int, object?>> Total(GroupValue.Aggregate aggregate)
    {
        if (aggregate.Selector is null)
        {
            int rows = Find(Rows(Condition.True));
            return columns => (groups, row) => Convert.ChangeType(checked((long)groups.Number(row, columns.Total(rows))), aggregate.Type);
        }

        if (aggregate.Kind == AggregateKind.Count)
        {
            int rows = Find(Rows(ExpressionBinder.BindPredicate(aggregate.Selector, _schema, _parameters)));
            return columns => (groups, row) => Convert.ChangeType(checked((long)groups.Number(row, columns.Total(rows))), aggregate.Type);
        }

        RowNumber number = Bind(aggregate.Selector.Body, aggregate.Selector);
        int value = Find(new GroupTotal(
            aggregate.Kind switch { AggregateKind.Min => MergeRule.Min, AggregateKind.Max => MergeRule.Max, _ => MergeRule.Sum },
            number.Scalar,
            number.Present));
        int? present = aggregate.Kind == AggregateKind.Sum || (aggregate.Kind != AggregateKind.Average && number.Present is Constant { Value: true })
            ? null
            : Find(Rows(number.Present));
        return columns => (groups, row) =>
        {
            Int128 total = groups.Number(row, columns.Total(value));
            Int128? count = present is { } rows ? groups.Number(row, columns.Total(rows)) : null;
            return count == 0 ? null
                : aggregate.Kind is AggregateKind.Min or AggregateKind.Max ? ExactResults.ToType(total, number.Scale, aggregate.Type)
                : aggregate.Kind == AggregateKind.Sum ? Convert.ChangeType(ExactResults.ToDecimal(total, number.Scale), aggregate.Type.Bare())
                : Convert.ChangeType(ExactResults.ToDecimal(total, number.Scale) / (decimal)count!.Value, aggregate.Type.Bare());
        };
    }

    private int Find(GroupTotal total)
    {
        int index = _totals.IndexOf(total);
        if (index < 0)
        {
            index = _totals.Count;
            _totals.Add(total);
        }

        return index;
    }
}

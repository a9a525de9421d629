using System.Collections.Immutable;
using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Client.Linq.Sources;
using NearData.Contracts.V1;
using NearData.Isa.Programs;
using Int128 = System.Int128;

namespace NearData.Client.Linq;

/// <summary>Translates a grouping query: its key, and the values that its projection uses.</summary>
internal sealed class GroupTranslator
{
    private readonly StagePlan _plan;
    private readonly List<KeyPart> _key = [];
    private readonly List<(int Scale, Type Type)> _keyTypes = [];
    private readonly List<GroupTotal> _totals = [];
    private readonly Dictionary<GroupValue.Aggregate, (int Total, RowNumber? Number)> _found = [];

    private GroupTranslator(StagePlan plan) => _plan = plan;

    /// <param name="source">Where the records come from.</param>
    /// <param name="scope">Descriptions of the datasets.</param>
    /// <param name="request">What is asked of the groups.</param>
    /// <exception cref="QueryTranslationException">The query can't be translated.</exception>
    public static TranslatedGroups Translate(RowSource source, StageScope scope, GroupRequest request)
    {
        StagePlan plan = StagePlan.Of(source, scope);
        GroupTranslator translator = new(plan);
        foreach (Expression part in GroupProjection.PartsOf(plan.Show(request.Projection.Key)))
        {
            translator.AddKey(part);
        }

        List<Func<GroupColumns, Func<GroupRows, int, object?>>> readers = [.. request.Projection.Values.Select(value => value switch
        {
            GroupValue.Key part => translator.Key(part),
            GroupValue.Aggregate aggregate => translator.Total(aggregate),
            _ => throw new InvalidOperationException($"{value} is no value of a group."),
        })];
        List<Func<GroupColumns, IEnumerable<OrderKey>>> order = [.. request.Sorts.Select(translator.Sort)];
        GroupCondition condition = new(plan, request.Projection, translator.Find);
        foreach (LambdaExpression predicate in request.Having)
        {
            condition.Add(predicate);
        }

        GroupShape shape = new(
            plan.Filter,
            plan.Joins(),
            [.. translator._key],
            [.. translator._totals.DefaultIfEmpty(Rows(Condition.True))],
            ResultNames.Groups,
            request.MaxGroups)
        {
            Having = condition.Having,
        };
        GroupColumns columns = new(shape);
        return new TranslatedGroups(
            [.. plan.Stages(shape)],
            plan.JoinedKeys,
            [.. readers.Select(reader => reader(columns))],
            [.. order.SelectMany(keys => keys(columns))],
            request.Limit);
    }

    private static GroupTotal Rows(Condition present) => new(MergeRule.Sum, null, present);

    private void AddKey(Expression part)
    {
        if (ExpressionBinder.BindKey(part, _plan) is RowText text)
        {
            _key.Add(new TextKey(text.Field, TextKeys.BytesOf(part), text.Present));
            _keyTypes.Add((0, part.Type));
            return;
        }

        RowNumber number = Bind(part);
        _key.Add(new NumberKey(number.Scalar, number.Present));
        _keyTypes.Add((number.Scale, part.Type));
    }

    private RowNumber Bind(Expression expression)
    {
        RowNumber number = ExpressionBinder.BindSelector(expression, _plan);
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
        (int value, RowNumber? number) = Find(aggregate);
        if (number is null)
        {
            return columns => (groups, row) => Convert.ChangeType(checked((long)groups.Number(row, columns.Total(value))), aggregate.Type);
        }

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

    // Null comes before every value, as in C#.
    private Func<GroupColumns, IEnumerable<OrderKey>> Sort(GroupSort sort)
    {
        if (sort.Value is GroupValue.Key key)
        {
            return columns => new[] { columns.Validities[key.Index], columns.Values[key.Index] }.OfType<int>()
                .Select(column => Key(columns.Layout.Key[column].Name));
        }

        (int total, RowNumber? number) = Find((GroupValue.Aggregate)sort.Value);
        return number is null or { Present: Constant { Value: true } } || ((GroupValue.Aggregate)sort.Value).Kind == AggregateKind.Sum
            ? columns => [Key(columns.Layout.Values[total].Name)]
            : throw new QueryTranslationException(sort.Source, "groups can't be sorted by a minimum or maximum that may be null. Leave the nulls out by a Where, or sort the list.");

        OrderKey Key(string column) => new() { Column = column, Descending = sort.Direction == SortDirection.Descending };
    }

    /// <summary>The index of an aggregate's total, and what it is a total of; null for a count.</summary>
    private (int Total, RowNumber? Number) Find(GroupValue.Aggregate aggregate)
    {
        if (!_found.TryGetValue(aggregate, out (int Total, RowNumber? Number) found))
        {
            found = Bind(aggregate);
            _found.Add(aggregate, found);
        }

        return found;
    }

    private (int Total, RowNumber? Number) Bind(GroupValue.Aggregate aggregate)
    {
        if (aggregate.Kind == AggregateKind.Count)
        {
            return (Find(Rows(aggregate.Selector is { } predicate ? ExpressionBinder.BindPredicate(_plan.Show(predicate), _plan) : Condition.True)), null);
        }

        RowNumber number = Bind(_plan.Show(aggregate.Selector!));
        MergeRule merge = aggregate.Kind switch { AggregateKind.Min => MergeRule.Min, AggregateKind.Max => MergeRule.Max, _ => MergeRule.Sum };
        return (Find(new GroupTotal(merge, number.Scalar, number.Present)), number);
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

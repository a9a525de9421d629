using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Sources;

/// <summary>
/// Which groups a stage keeps, while that is bound. What the key alone decides is asked of records before they are grouped, where texts can be
/// compared and fewer are read; the rest of a group's totals when all records are merged.
/// </summary>
/// <param name="stage">Whose records are grouped.</param>
/// <param name="projection">What is made of a group.</param>
/// <param name="find">Gives the index of a total, which is added where it isn't there.</param>
internal sealed class GroupCondition(StagePlan stage, GroupProjection projection, Func<GroupTotal, int> find) : IRowScope
{
    /// <summary>Over totals.</summary>
    public Condition Having { get; private set; } = Condition.True;

    public ParameterList Parameters => stage.Parameters;

    /// <summary>Keeps the groups for which a predicate over what is made of them holds.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public void Add(LambdaExpression predicate)
    {
        foreach (Expression conjunct in Conjunctions.Of(Inliner.Of(predicate, projection.Made)))
        {
            KeyOfRecord key = new(stage, projection);
            Expression ofRecord = key.Visit(conjunct);
            if (key.IsAll)
            {
                stage.Where(ofRecord);
            }
            else
            {
                Having = Condition.And(Having, ExpressionBinder.BindPredicate(conjunct, this));
            }
        }
    }

    public RowSet RowsOf(ParameterExpression parameter) => parameter == projection.Group ? RowSet.Of(0) : default;

    public Bound? Bring(int found, Expression expression) => projection.Find(expression) switch
    {
        GroupValue.Key => throw new QueryTranslationException(
            expression, "a condition over groups asks either for values of the key, or for Count, Sum, Min and Max; join such conditions with &&."),
        GroupValue.Aggregate { Kind: AggregateKind.Average } => throw new QueryTranslationException(
            expression, "an average isn't known at the node, only its Sum and Count; compare the Sum with a multiple of the Count."),
        GroupValue.Aggregate { Kind: AggregateKind.Count } count => new RowNumber(
            Count(count.Selector is { } selector ? ExpressionBinder.BindPredicate(stage.Show(selector), stage) : Condition.True), 0, Condition.True),
        GroupValue.Aggregate aggregate => Bring(aggregate),
        _ => null,
    };

    public RowProperty Resolve(PropertyInfo property) => throw new InvalidOperationException($"A group has no column {property.Name}.");

    public Condition Asks(MethodCallExpression call, SemiJoin question) => throw new QueryTranslationException(
        call, "what another query has is asked for records, before they are grouped.");

    private RowNumber Bring(GroupValue.Aggregate aggregate)
    {
        RowNumber number = ExpressionBinder.BindSelector(stage.Show(aggregate.Selector!), stage);
        if (aggregate.Kind == AggregateKind.Sum)
        {
            // A sum of more than 64 bits isn't shown to the condition: the execution ends.
            Interval range = (number.Scalar.Range * new Interval(0, stage.MaxRows)).Union(Interval.Exactly(0))
                .Intersect(number.Scalar.IsSigned ? Interval.Signed64 : Interval.Unsigned64);
            return new RowNumber(new MergedTotal(find(new GroupTotal(MergeRule.Sum, number.Scalar, number.Present)), range), number.Scale, Condition.True);
        }

        MergeRule merge = aggregate.Kind == AggregateKind.Min ? MergeRule.Min : MergeRule.Max;
        MergedTotal extreme = new(find(new GroupTotal(merge, number.Scalar, number.Present)), number.Scalar.Range);
        Condition present = number.Present is Constant ? number.Present : Condition.IsSet(Count(number.Present));
        return new RowNumber(Condition.Choose(present, extreme, new Number(0)), number.Scale, present);
    }

    private MergedTotal Count(Condition present) =>
        new(find(new GroupTotal(MergeRule.Sum, null, present)), new Interval(0, BigInteger.Min(stage.MaxRows, long.MaxValue)));

    /// <summary>Puts a record's values in the place of a group's key.</summary>
    private sealed class KeyOfRecord(StagePlan stage, GroupProjection projection) : ExpressionVisitor
    {
        /// <summary>Whether nothing else of the group was met.</summary>
        public bool IsAll { get; private set; } = true;

        protected override Expression VisitMember(MemberExpression node) => projection.Find(node) is GroupValue.Key key
            ? GroupProjection.PartsOf(stage.Show(projection.Key))[key.Index]
            : base.VisitMember(node);

        protected override Expression VisitParameter(ParameterExpression node)
        {
            IsAll &= node != projection.Group;
            return node;
        }
    }
}

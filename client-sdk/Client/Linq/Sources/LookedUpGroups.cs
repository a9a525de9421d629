using System.Linq.Expressions;
using System.Numerics;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Sources;

/// <summary>Groups of a query by their own key.</summary>
/// <param name="stage">Whose records are grouped.</param>
/// <param name="map">The groups' name.</param>
/// <param name="projection">What is made of a group, over a parameter of its own.</param>
/// <param name="maxGroups">The most groups.</param>
internal sealed class LookedUpGroups(StagePlan stage, string map, GroupProjection projection, int maxGroups) : LookedUp(stage, map)
{
    private RowNumber[] _foundBy = [];
    private Condition _having = Condition.True;

    protected override int MaxGroups => maxGroups;

    // Groups have several rows by their nature: this one is about those that their rows were joined with.
    protected override GroupTotal Rows => new(MergeRule.Max, Stage.Rows ?? new Number(1), Condition.True);

    protected override Condition Having => _having;

    public override bool IsFoundAs(ParameterExpression parameter) => parameter == projection.Group;

    public override bool TryWhere(Expression predicate) => false;

    /// <summary>Makes the groups' key of the parts that they are looked up by.</summary>
    /// <param name="outer">The stage that looks up.</param>
    /// <param name="outerParts">Over its rows.</param>
    /// <param name="innerParts">Over a group.</param>
    /// <returns>The key as the stage that looks up has it; null equals nothing.</returns>
    /// <exception cref="QueryTranslationException">They aren't the parts of the groups' key, or no numbers.</exception>
    public IReadOnlyList<RowNumber> FindBy(StagePlan outer, IReadOnlyList<Expression> outerParts, IReadOnlyList<Expression> innerParts)
    {
        IReadOnlyList<Expression> key = GroupProjection.PartsOf(Stage.Show(projection.Key));
        _foundBy = new RowNumber[key.Count];
        foreach ((Expression outerPart, Expression innerPart) in outerParts.Zip(innerParts))
        {
            if (projection.FindConverted(innerPart) is not GroupValue.Key { Index: var index } || _foundBy[index] is not null)
            {
                throw new QueryTranslationException(innerPart, "groups are looked up by the values of their key, each once.");
            }

            KeyPair pair = KeyPair.Of(outer, outerPart, Stage, key[index]);
            Stage.Require(pair.Inner.Present);
            AddKey(pair.Inner.Scalar);
            _foundBy[index] = pair.Outer;
        }

        return innerParts.Count == key.Count
            ? [.. innerParts.Select(part => _foundBy[((GroupValue.Key)projection.FindConverted(part)!).Index])]
            : throw new QueryTranslationException(projection.Key.Body, $"groups are looked up by all {key.Count} values of their key.");
    }

    /// <summary>Keeps the groups for which all of some predicates hold.</summary>
    /// <exception cref="QueryTranslationException">They can't be translated.</exception>
    public void Keep(IEnumerable<LambdaExpression> predicates)
    {
        GroupCondition condition = new(Stage, projection, Find);
        foreach (LambdaExpression predicate in predicates)
        {
            condition.Add(predicate);
        }

        // A group of rows that were joined with several tells so, whatever its totals are.
        _having = condition.Having is Constant || !Stage.HasJoins
            ? condition.Having
            : Condition.Or(condition.Having, new Comparison(Relation.Greater, new MergedTotal(Member.Rows, new Interval(0, long.MaxValue)), new Number(1)));
    }

    public override Bound? Bring(Expression expression) => projection.Find(expression) switch
    {
        GroupValue.Key key => _foundBy[key.Index] with { Present = Condition.True },
        GroupValue.Aggregate { Kind: AggregateKind.Count } count => new RowNumber(
            Count(count.Selector is { } predicate ? ExpressionBinder.BindPredicate(Stage.Show(predicate), Stage) : Condition.True), 0, Condition.True),
        GroupValue.Aggregate { Kind: AggregateKind.Average } => throw new QueryTranslationException(
            expression, "an average isn't brought along from groups that are looked up; its Sum and Count are."),
        GroupValue.Aggregate aggregate => Bring(aggregate, expression),
        _ => null,
    };

    private RowNumber Bring(GroupValue.Aggregate aggregate, Expression source)
    {
        RowNumber number = ExpressionBinder.BindSelector(Stage.Show(aggregate.Selector!), Stage);
        if (aggregate.Kind == AggregateKind.Sum)
        {
            Interval range = (number.Scalar.Range * new Interval(0, Stage.MaxRows)).Union(Interval.Exactly(0));
            RangeProof.RequireWithin(range, aggregate.Type.Bare().RegisterRange(), source, number.Scale);
            return new RowNumber(Bring(new GroupTotal(MergeRule.Sum, number.Scalar, number.Present), range), number.Scale, Condition.True);
        }

        MergeRule merge = aggregate.Kind == AggregateKind.Min ? MergeRule.Min : MergeRule.Max;
        Member extreme = Bring(new GroupTotal(merge, number.Scalar, number.Present), number.Scalar.Range);
        Condition present = number.Present is Constant ? number.Present : Condition.IsSet(Count(number.Present));
        return new RowNumber(Condition.Choose(present, extreme, new Number(0)), number.Scale, present);
    }

    private Member Count(Condition present) => Bring(new GroupTotal(MergeRule.Sum, null, present), new Interval(0, BigInteger.Min(Stage.MaxRows, long.MaxValue)));
}

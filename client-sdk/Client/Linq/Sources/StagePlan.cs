using System.Linq.Expressions;
using System.Reflection;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Ir;
using NearData.Contracts.V1;

namespace NearData.Client.Linq.Sources;

/// <summary>
/// A stage while its query is bound: the records of one dataset that are gone through, and the stages before it whose groups are looked up
/// for each of them. What needs one looked-up row alone is computed there and brought along.
/// </summary>
internal sealed class StagePlan : IRowScope
{
    private readonly DescribeDatasetResponse _description;
    private readonly HashSet<ParameterExpression> _rows = [];
    private readonly List<PlannedJoin> _joins = [];
    private readonly List<LookedUp> _lookedUp = [];
    private Condition _after = Condition.True;

    /// <summary>What stands for the query's record; null where it is the dataset's own.</summary>
    private Expression? _made;

    private StagePlan(DatasetSession session, StageScope scope)
    {
        Session = session;
        Scope = scope;
        _description = scope.Descriptions[session];
        Schema = new RowSchema(_description);
    }

    /// <summary>The dataset.</summary>
    public DatasetSession Session { get; }

    /// <summary>What all stages of the translation share.</summary>
    public StageScope Scope { get; }

    /// <summary>The dataset's columns.</summary>
    public RowSchema Schema { get; }

    /// <summary>The values of this execution.</summary>
    public ParameterList Parameters { get; } = new();

    /// <summary>The most records that the dataset has.</summary>
    public ulong MaxRows => _description.Summary?.Rows ?? ulong.MaxValue;

    /// <summary>What is asked of the dataset's own records.</summary>
    public Condition Filter { get; private set; } = Condition.True;

    public bool HasJoins => _joins.Count > 0;

    /// <summary>For each join the key of the side that is looked up, and its dataset.</summary>
    public IReadOnlyList<JoinedKey> JoinedKeys => [.. _joins.Select(join => join.Name)];

    /// <summary>What a record adds to its group's number of rows: more than one where it was joined with several. Null: one.</summary>
    public Scalar? Rows => HasJoins
        ? Condition.Choose(_joins.Select(join => (Condition)IsSeveral(join.Side)).Aggregate(Condition.Or), new Number(2), new Number(1))
        : null;

    /// <summary>Binds where records come from.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public static StagePlan Of(RowSource source, StageScope scope)
    {
        StagePlan plan;
        switch (source)
        {
            case DatasetSource dataset:
                plan = new StagePlan(dataset.Dataset, scope);
                break;
            case SelectSource select:
                plan = Of(select.Rows, scope);
                plan._made = plan.Show(select.Selector);
                break;
            case JoinSource join:
                plan = Of(join.Outer, scope);
                plan.Join(join);
                break;
            default:
                throw new InvalidOperationException($"{source} is no source of rows.");
        }

        foreach (LambdaExpression predicate in source.Predicates)
        {
            plan.Where(plan.Show(predicate));
        }

        return plan;
    }

    /// <summary>A lambda's body over this query's record.</summary>
    public Expression Show(LambdaExpression lambda) => Inliner.Of(lambda, RowAs(lambda.Parameters[0]));

    /// <summary>What stands for the query's record.</summary>
    /// <param name="parameter">What it is called where it is the dataset's own.</param>
    public Expression RowAs(ParameterExpression parameter)
    {
        if (_made is not null)
        {
            return _made;
        }

        // One of its own: the same lambda may be a part of two of a join's sides.
        ParameterExpression row = Expression.Parameter(parameter.Type, parameter.Name);
        _rows.Add(row);
        return row;
    }

    /// <summary>The rows of this stage that an expression needs.</summary>
    public RowSet RowsOf(Expression expression) => new RowDependence(expression, RowsOf).RowsOf(expression);

    /// <summary>The rows of this stage that a parameter stands for.</summary>
    public RowSet RowsOf(ParameterExpression parameter)
    {
        if (_rows.Contains(parameter))
        {
            return RowSet.Own;
        }

        int join = _joins.FindIndex(join => join.Side.IsFoundAs(parameter));
        return join < 0 ? default : RowSet.Of(join);
    }

    public Bound? Bring(int found, Expression expression) => _joins[found].Side.Bring(expression);

    public RowProperty Resolve(PropertyInfo property) => Schema.Resolve(property);

    public Condition Asks(MethodCallExpression call, SemiJoin question) => SemiJoinBinder.Bind(call, question, this);

    /// <summary>Keeps the records for which a predicate holds, wherever that is decided first.</summary>
    public void Where(Expression predicate)
    {
        foreach (Expression conjunct in Conjunctions.Of(predicate))
        {
            RowSet rows = RowsOf(conjunct);
            if (rows.IsWithin(RowSet.Own))
            {
                Require(ExpressionBinder.BindPredicate(conjunct, this));
            }
            else if (rows.Join is not { } join || !_joins[join].Side.TryWhere(conjunct))
            {
                _after = Condition.And(_after, ExpressionBinder.BindPredicate(conjunct, this));
                WhereImplied(conjunct);
            }
        }
    }

    // What follows for the rows of one side alone is decided there first: fewer rows are kept by their keys, and fewer are looked up.
    private void WhereImplied(Expression predicate)
    {
        if (Conjunctions.Implied(predicate, part => RowsOf(part) == RowSet.Own) is { } own)
        {
            Require(ExpressionBinder.BindPredicate(own, this));
        }

        for (int join = 0; join < _joins.Count; join++)
        {
            if (Conjunctions.Implied(predicate, part => RowsOf(part) == RowSet.Of(join)) is { } found)
            {
                _joins[join].Side.TryWhere(found);
            }
        }
    }

    /// <summary>Keeps the records for which a condition over the dataset's own row holds.</summary>
    public void Require(Condition condition) => Filter = Condition.And(Filter, condition);

    /// <summary>Adds a stage before this one, whose groups it looks up.</summary>
    public T LookUp<T>(T side)
        where T : LookedUp
    {
        _lookedUp.Add(side);
        return side;
    }

    /// <summary>What decides beside the filter which records count; everything was bound.</summary>
    public JoinShape Joins() => new([.. _joins.Select(join => new JoinStep(join.Before, join.Side.By(join.Key)))], _after);

    /// <summary>The programs in order, of which this stage's is the last.</summary>
    /// <param name="shape">What it is made from.</param>
    public IEnumerable<TranslatedStage> Stages(StageShape shape) => _lookedUp.SelectMany(side => side.Stage.Stages(side.Shape()))
        .Append(new TranslatedStage(Session, _description.Version, shape, Parameters.Values));

    private void Join(JoinSource join)
    {
        if (_joins.Count == RowSet.MaxJoins)
        {
            throw new QueryTranslationException(join.Result, $"a query has at most {RowSet.MaxJoins} joins.");
        }

        // The other side's stages first: so they are numbered, and run, in the order of their use.
        LookedUp side;
        Expression outerRow = RowAs(join.Result.Parameters[0]);
        Expression innerRow;
        Expression innerKey;
        IReadOnlyList<RowNumber> key;
        IReadOnlyList<Expression> outerParts = GroupProjection.PartsOf(Show(join.OuterKey));
        if (join.Inner is GroupSource groups)
        {
            GroupProjection projection = groups.Request.Projection.Anew();
            StagePlan stage = Of(groups.Rows, Scope);
            LookedUpGroups found = LookUp(new LookedUpGroups(stage, Scope.NextMap(), projection, groups.Request.MaxGroups));
            innerRow = projection.Made;
            innerKey = Inliner.Of(join.InnerKey, innerRow);
            key = found.FindBy(this, outerParts, AlikeParts(innerKey, outerParts));
            found.Keep(groups.Request.Having);
            side = found;
        }
        else
        {
            StagePlan stage = Of(join.Inner, Scope);
            side = LookUp(new LookedUpRows(stage, Scope.NextMap()));
            innerRow = stage.RowAs(join.Result.Parameters[1]);
            innerKey = stage.Show(join.InnerKey);
            key = [.. outerParts.Zip(AlikeParts(innerKey, outerParts)).Select(parts =>
            {
                KeyPair pair = KeyPair.Of(this, parts.First, stage, parts.Second);
                stage.Require(pair.Inner.Present);
                side.AddKey(pair.Inner.Scalar);
                return pair.Outer;
            })];
        }

        Condition before = key.Select(part => part.Present).Aggregate(_after, Condition.And);
        _after = Condition.True;
        _made = Inliner.Of(join.Result, outerRow, innerRow);
        _joins.Add(new PlannedJoin(side, before, [.. key.Select(part => part.Scalar)], new JoinedKey(side.Stage.Session.Name, ExpressionText.Of(innerKey))));
    }

    private static IReadOnlyList<Expression> AlikeParts(Expression key, IReadOnlyList<Expression> others) =>
        GroupProjection.PartsOf(key) is var parts && parts.Count == others.Count
            ? parts
            : throw new QueryTranslationException(key, "the keys of a join are written alike: one value each, or a new object of several.");

    private static Comparison IsSeveral(LookedUp side) => new(
        Relation.Greater, new Member(side.Map, Member.Rows, new Interval(0, long.MaxValue)), new Number(1));

    private sealed record PlannedJoin(LookedUp Side, Condition Before, IReadOnlyList<Scalar> Key, JoinedKey Name);
}

/// <summary>What a join looks up, for messages.</summary>
internal sealed record JoinedKey(string Dataset, string Key);

using System.Linq.Expressions;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Sources;

/// <summary>A stage whose groups another looks up: their key, and what of them is brought along.</summary>
internal abstract class LookedUp(StagePlan stage, string map)
{
    private readonly List<KeyPart> _key = [];
    private readonly List<GroupTotal> _members = [];
    private GroupShape? _shape;

    public StagePlan Stage => stage;

    public string Map => map;

    /// <summary>The most groups.</summary>
    protected abstract int MaxGroups { get; }

    /// <summary>The total that is more than one where what is found is not of one row.</summary>
    protected abstract GroupTotal Rows { get; }

    /// <summary>The groups that are found at all.</summary>
    protected virtual Condition Having => Condition.True;

    /// <summary>Whether a parameter stands for what is found.</summary>
    public abstract bool IsFoundAs(ParameterExpression parameter);

    /// <summary>The value of an expression over what is found, as those that look it up see it; null where only its parts are brought.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated, or is text.</exception>
    public abstract Bound? Bring(Expression expression);

    /// <summary>Leaves out what a predicate doesn't hold for, where that can be decided here.</summary>
    public abstract bool TryWhere(Expression predicate);

    /// <summary>Adds a part of the key: 64 bits.</summary>
    public void AddKey(Scalar value) => _key.Add(new NumberKey(value, Condition.True));

    /// <summary>The groups' shape; everything that is to be brought was asked for.</summary>
    public GroupShape Shape() => _shape ??= new(stage.Filter, stage.Joins(), [.. _key], [Rows, .. _members], map, MaxGroups) { Having = Having };

    /// <summary>How a program finds a group.</summary>
    /// <param name="key">The key's parts as it has them.</param>
    public Lookup By(IEnumerable<Scalar> key) => new(map, [.. key], new GroupColumns(Shape()).Layout);

    /// <summary>A total that is brought along.</summary>
    /// <param name="total">Of the group.</param>
    /// <param name="range">What it can be.</param>
    protected Member Bring(GroupTotal total, Interval range) => new(map, Find(total), range);

    /// <summary>The index of a total in the groups' shape; it is added where it isn't there.</summary>
    protected int Find(GroupTotal total)
    {
        int index = _members.IndexOf(total);
        if (index < 0)
        {
            index = _members.Count;
            _members.Add(total);
        }

        return Member.Rows + 1 + index;
    }
}

/// <summary>Rows by their key, of which there is one each.</summary>
internal sealed class LookedUpRows(StagePlan stage, string map) : LookedUp(stage, map)
{
    /// <summary>What nobody reaches before the node's memory ends.</summary>
    protected override int MaxGroups => 1 << 26;

    protected override GroupTotal Rows => new(MergeRule.Sum, Stage.Rows, Condition.True);

    public override bool IsFoundAs(ParameterExpression parameter) => !Stage.RowsOf(parameter).IsEmpty;

    public override Bound Bring(Expression expression) => ExpressionBinder.Bind(expression, Stage) switch
    {
        RowTruth truth => new RowTruth(Bring(truth.Condition)),
        RowNumber number => new RowNumber(
            Bring(Condition.Choose(number.Present, number.Scalar, new Number(0))), number.Scale, Bring(number.Present)),
        _ => throw new QueryTranslationException(
            expression, "text isn't brought along from the side of a join that is looked up; what is asked of it there (==, StartsWith, EndsWith, Contains) is."),
    };

    public override bool TryWhere(Expression predicate)
    {
        Stage.Where(predicate);
        return true;
    }

    private Condition Bring(Condition condition) =>
        condition is Constant ? condition : Condition.IsSet(Bring(Condition.Choose(condition, new Number(1), new Number(0))));

    private Scalar Bring(Scalar value) =>
        value is Number ? value : Bring(new GroupTotal(MergeRule.Max, value, Condition.True), value.Range);
}

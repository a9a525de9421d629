using System.Linq.Expressions;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Emission;
using NearData.Client.Linq.Ir;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Sources;

/// <summary>A stage whose groups another looks up: their key, and what of a row is brought along.</summary>
internal sealed class LookedUp(StagePlan stage, string map)
{
    /// <summary>What nobody reaches before the node's memory ends.</summary>
    private const int MaxGroups = 1 << 26;

    private readonly List<KeyPart> _key = [];
    private readonly List<GroupTotal> _members = [];
    private GroupShape? _shape;

    public StagePlan Stage => stage;

    public string Map => map;

    /// <summary>Adds a part of the key: 64 bits.</summary>
    public void AddKey(Scalar value) => _key.Add(new NumberKey(value, Condition.True));

    /// <summary>The value of an expression over this side's rows, as those that look it up see it.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated, or is text.</exception>
    public Bound Bring(Expression expression) => ExpressionBinder.Bind(expression, stage) switch
    {
        RowTruth truth => new RowTruth(Bring(truth.Condition)),
        RowNumber number => new RowNumber(
            Bring(Condition.Choose(number.Present, number.Scalar, new Number(0))), number.Scale, Bring(number.Present)),
        _ => throw new QueryTranslationException(
            expression, "text isn't brought along from the side of a join that is looked up; what is asked of it there (==, StartsWith, EndsWith, Contains) is."),
    };

    /// <summary>The groups' shape; everything that is to be brought was asked for.</summary>
    public GroupShape Shape() => _shape ??=
        new(stage.Filter, stage.Joins(), [.. _key], [new GroupTotal(MergeRule.Sum, stage.Rows, Condition.True), .. _members], map, MaxGroups);

    /// <summary>How a program finds a group.</summary>
    /// <param name="key">The key's parts as it has them.</param>
    public Lookup By(IEnumerable<Scalar> key) => new(map, [.. key], new GroupColumns(Shape()).Layout);

    private Condition Bring(Condition condition) =>
        condition is Constant ? condition : Condition.IsSet(Bring(Condition.Choose(condition, new Number(1), new Number(0))));

    private Scalar Bring(Scalar value)
    {
        if (value is Number)
        {
            return value;
        }

        GroupTotal member = new(MergeRule.Max, value, Condition.True);
        int index = _members.IndexOf(member);
        if (index < 0)
        {
            index = _members.Count;
            _members.Add(member);
        }

        return new Member(map, Member.Rows + 1 + index, value.Range);
    }
}

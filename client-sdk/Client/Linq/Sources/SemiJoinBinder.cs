using System.Linq.Expressions;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Sources;

/// <summary>Binds questions whether another query has a record: its records by the values that are compared, which are looked up.</summary>
internal sealed class SemiJoinBinder
{
    private readonly StagePlan _outer;
    private readonly StagePlan _inner;
    private readonly LookedUp _side;
    private readonly List<Scalar> _key = [];
    private Condition _holds = Condition.True;

    private SemiJoinBinder(StagePlan outer, StagePlan inner)
    {
        _outer = outer;
        _inner = inner;
        _side = outer.LookUp(new LookedUpRows(inner, outer.Scope.NextMap()));
    }

    /// <summary>Where the other query has such a record.</summary>
    /// <exception cref="QueryTranslationException">It can't be translated.</exception>
    public static Condition Bind(MethodCallExpression call, SemiJoin question, StagePlan outer)
    {
        DatasetSession asked = question.Rows.Session;
        if (asked.Client != outer.Session.Client)
        {
            throw new QueryTranslationException(call, $"'{asked.Name}' is a query of another client.");
        }

        StagePlan inner = StagePlan.Of(question.Rows, outer.Scope);
        if (inner.HasJoins)
        {
            throw new QueryTranslationException(call, "what is asked for a record is a dataset with its Where, not a join.");
        }

        SemiJoinBinder binder = new(outer, inner);
        if (question.Argument is LambdaExpression predicate)
        {
            binder.Add(inner.Show(predicate));
        }
        else
        {
            binder.AddPair(question.Argument, inner.RowAs(Expression.Parameter(question.Argument.Type, "row")));
        }

        return binder._key.Count > 0
            ? Condition.And(binder._holds, Condition.IsSet(new Found(binder._side.By(binder._key))))
            : throw new QueryTranslationException(call, "nothing of its records is compared with == to this query's.");
    }

    private void Add(Expression predicate)
    {
        foreach (Expression conjunct in Conjunctions.Of(predicate))
        {
            if (_outer.RowsOf(conjunct).IsEmpty)
            {
                _inner.Where(conjunct);
            }
            else if (_inner.RowsOf(conjunct).IsEmpty)
            {
                _holds = Condition.And(_holds, ExpressionBinder.BindPredicate(conjunct, _outer));
            }
            else if (conjunct is BinaryExpression { NodeType: ExpressionType.Equal } equality)
            {
                AddEquality(equality);
            }
            else
            {
                throw Mixed(conjunct);
            }
        }
    }

    private void AddEquality(BinaryExpression equality)
    {
        (Expression outerSide, Expression innerSide) = _inner.RowsOf(equality.Left).IsEmpty ? (equality.Left, equality.Right) : (equality.Right, equality.Left);
        if (!_inner.RowsOf(outerSide).IsEmpty || !_outer.RowsOf(innerSide).IsEmpty)
        {
            throw Mixed(equality);
        }

        AddPair(outerSide, innerSide);
    }

    // Null equals null here, as == has it.
    private void AddPair(Expression outerSide, Expression innerSide)
    {
        KeyPair pair = KeyPair.Of(_outer, outerSide, _inner, innerSide);
        if (pair.Outer.Present is Constant || pair.Inner.Present is Constant)
        {
            _holds = Condition.And(_holds, pair.Outer.Present);
            _inner.Require(pair.Inner.Present);
            _side.AddKey(pair.Inner.Scalar);
            _key.Add(pair.Outer.Scalar);
            return;
        }

        AddBoth(number => Condition.Choose(number.Present, number.Scalar, new Number(0)));
        AddBoth(number => Condition.Choose(number.Present, new Number(1), new Number(0)));

        void AddBoth(Func<RowNumber, Scalar> part)
        {
            _side.AddKey(part(pair.Inner));
            _key.Add(part(pair.Outer));
        }
    }

    private static QueryTranslationException Mixed(Expression conjunct) => new(
        conjunct, "records of both queries are only compared as one value of each with ==.");
}

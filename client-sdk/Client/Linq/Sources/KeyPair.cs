using System.Linq.Expressions;
using NearData.Client.Linq.Binding;
using NearData.Client.Linq.Ir;

namespace NearData.Client.Linq.Sources;

/// <summary>A part of a key on both sides, at one scale: equal integers where the values are.</summary>
internal sealed record KeyPair(RowNumber Outer, RowNumber Inner)
{
    /// <param name="outer">The stage that looks up.</param>
    /// <param name="outerPart">Over its rows.</param>
    /// <param name="inner">The stage that is looked up.</param>
    /// <param name="innerPart">Over its rows.</param>
    /// <exception cref="QueryTranslationException">One side isn't a number of 64 bits, or no such number holds the values of both.</exception>
    public static KeyPair Of(StagePlan outer, Expression outerPart, StagePlan inner, Expression innerPart)
    {
        // A key of a row that is itself looked up would be another one where there are several such rows, and nobody would see them.
        if (!inner.RowsOf(innerPart).IsWithin(RowSet.Own))
        {
            throw new QueryTranslationException(
                innerPart, "a key that is looked up is a value of the dataset itself, not of one that it is joined with. Join that one with the result instead.");
        }

        RowNumber left = Number(outerPart, outer);
        RowNumber right = Number(innerPart, inner);
        int scale = int.Max(left.Scale, right.Scale);
        left = left with { Scalar = RangeProof.Rescale(left.Scalar, left.Scale, scale, outerPart), Scale = scale };
        right = right with { Scalar = RangeProof.Rescale(right.Scalar, right.Scale, scale, innerPart), Scale = scale };
        RangeProof.Compare(Relation.Equal, left.Scalar, right.Scalar, innerPart);
        return new KeyPair(left, right);
    }

    private static RowNumber Number(Expression part, StagePlan stage) => part.Type == typeof(string)
        ? throw new QueryTranslationException(part, "text can't be a key that rows are looked up by yet; numbers, dates, times and truths can.")
        : ExpressionBinder.BindSelector(part, stage);
}

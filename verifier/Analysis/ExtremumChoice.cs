using NearData.Verifier.Domains;
using NearData.Verifier.Results;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// Made by comparing a minimum's or maximum's content with a candidate, the left being where the candidate wins. One of
/// candidate and content is the new extremum; everything else that differs depends on the result.
/// </summary>
internal sealed class ExtremumChoice : Choice.Influenced
{
    private readonly Decision _decision;
    private readonly Term? _stored;
    private readonly int _bits;
    private readonly TermSource _terms;

    /// <param name="decision">The comparison.</param>
    /// <param name="stored">What was stored to the field where the candidate wins; null where nothing was.</param>
    /// <param name="bits">Bits of the field.</param>
    /// <param name="terms">Numbers new values.</param>
    public ExtremumChoice(Decision decision, Term? stored, int bits, TermSource terms)
        : base(decision.Field, terms)
    {
        _decision = decision;
        _stored = stored;
        _bits = bits;
        _terms = terms;
    }

    public override Term Between(Value.Number left, Value.Number right)
    {
        Term winner = LowTerm.Of(left, _bits);
        Term loser = right.Term.Low(_bits);
        if (loser != new Term.Content(_decision.Field))
        {
            return base.Between(left, right);
        }

        if (_stored is null && _decision.Candidates.Contains(winner))
        {
            return new Term.Update(_decision.Field, Scalar.Zero, _terms.Next());
        }

        // The winner is the content now, and the loser still is: they are the same value if both are extended alike.
        return winner == _stored && IsExtendedLike(left, right.Term) ? right.Term : base.Between(left, right);
    }

    private bool IsExtendedLike(Value.Number number, Term content) => content switch
    {
        Term.Content => number.Range.Whole.Unsigned.Maximum <= Tnum<ulong>.LowBits(_bits),
        Term.Extended { IsSigned: true, Inner: Term.Content } extended when extended.Bits == _bits =>
            number.Range.IsWithin(-(Int128.One << (_bits - 1)), (Int128.One << (_bits - 1)) - 1),
        _ => false,
    };
}

using NearData.Verifier.Results;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What decides which of two values a register holds where paths meet.</summary>
internal abstract class Choice
{
    /// <summary>Whether addresses may differ by the choice.</summary>
    public abstract bool AllowsAddresses { get; }

    /// <summary>The term of a number that is one of two with different terms.</summary>
    public abstract Term Between(Value.Number left, Value.Number right);

    /// <summary>The term of bytes that are one of two with different terms.</summary>
    public abstract Term Between(Term left, Term right);

    /// <summary>Made by branches that depend on no result.</summary>
    public sealed class Free : Choice
    {
        private readonly ResultTerms _results;

        public Free(ResultTerms results) => _results = results;

        public override bool AllowsAddresses => true;

        public override Term Between(Value.Number left, Value.Number right) => _results.Either(left.Term, right.Term);

        public override Term Between(Term left, Term right) => _results.Either(left, right);
    }

    /// <summary>Made by a result: whatever differs depends on it.</summary>
    public class Influenced : Choice
    {
        private readonly int _field;
        private readonly TermSource _terms;

        public Influenced(int field, TermSource terms)
        {
            _field = field;
            _terms = terms;
        }

        public override bool AllowsAddresses => false;

        public override Term Between(Value.Number left, Value.Number right) => _terms.Fresh(_field);

        public override Term Between(Term left, Term right) => _terms.Fresh(_field);
    }
}

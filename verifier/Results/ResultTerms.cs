using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Results;

/// <summary>Says of arithmetic whether it makes, out of a result field's content, what the field may be given.</summary>
internal sealed class ResultTerms
{
    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;

    public ResultTerms(ProgramEnvironment environment, TermSource terms)
    {
        _environment = environment;
        _terms = terms;
    }

    /// <summary>The term of an operation on two numbers of which at least one depends on a result.</summary>
    public Term Combine(AluOperation operation, int width, Value.Number left, Value.Number right)
    {
        Term? update = (left.Term.Result, right.Term.Result) switch
        {
            ({ } field, null) => Update(operation, width, field, left.Term, right.Range),
            (null, { } field) when operation != AluOperation.Subtract => Update(operation, width, field, right.Term, left.Range),
            _ => null,
        };
        return update ?? _terms.Fresh(left.Term.Result ?? right.Term.Result);
    }

    /// <summary>What a term adds to its field where it is the field's content or an update of it; null where it is neither.</summary>
    public Scalar? Addend(Term term, int field) => term.Low(_environment.ResultBits(field)) switch
    {
        Term.Content content when content.Field == field => Scalar.Zero,
        Term.Update update when update.Field == field => update.Addend,
        _ => null,
    };

    /// <summary>The term of a value that is one of two, chosen by nothing that depends on a result.</summary>
    public Term Either(Term left, Term right)
    {
        if (left == right)
        {
            return left;
        }

        return left.Result is { } field && field == right.Result && Addend(left, field) is { } first && Addend(right, field) is { } second
            ? new Term.Update(field, first.Join(second), _terms.Next())
            : _terms.Fresh(left.Result ?? right.Result);
    }

    private Term.Update? Update(AluOperation operation, int width, int field, Term content, Scalar operand)
    {
        ResultField result = _environment.Result(field);
        if (_environment.ResultBits(field) > width || Addend(content, field) is not { } before || !Fits(operation, operand, result))
        {
            return null;
        }

        Scalar addend = result.Merge == MergeRule.Sum
            ? ScalarArithmetic.Compute64(operation, signed: false, before, operand)
            : Scalar.Zero;
        return new(field, addend, _terms.Next());
    }

    private static bool Fits(AluOperation operation, Scalar operand, ResultField result) => (result.Merge, operation) switch
    {
        // An unsigned total only grows: what it would lose is a number near 2^64 to the host's exact sum.
        (MergeRule.Sum, AluOperation.Subtract) => result.Type.IsSigned(),
        (MergeRule.Sum, AluOperation.Add) => result.Type.IsSigned() || !operand.IsConstant || (long)operand.Number >= 0,
        (MergeRule.Or, AluOperation.Or) => true,
        (MergeRule.And, AluOperation.And) => true,
        _ => false,
    };
}

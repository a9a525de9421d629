using System.Collections.Immutable;
using System.Numerics;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Results;

/// <summary>
/// Recognizes the comparison of a minimum's or maximum's content with a candidate that is to replace it, in any form where the
/// machine's comparison orders both as the field's type does.
/// </summary>
internal sealed class ExtremumPattern
{
    private readonly ProgramEnvironment _environment;

    public ExtremumPattern(ProgramEnvironment environment) => _environment = environment;

    /// <summary>Which outcome lets the candidate replace the content, and the candidate's low bits; null where it is no such comparison.</summary>
    /// <param name="relation">What holds between the operands where the jump is taken.</param>
    /// <param name="is64">Whether all 64 bits are compared; otherwise the low halves.</param>
    /// <param name="left">The first operand.</param>
    /// <param name="right">The second operand.</param>
    public (Arm Winner, ImmutableArray<Term> Candidates)? Recognize(Relation relation, bool is64, Value.Number left, Value.Number right)
    {
        if (left.Term.Result is null)
        {
            return Recognize(relation.Mirrored(), is64, right, left);
        }

        int index = left.Term.Result.Value;
        ResultField field = _environment.Result(index);
        if (field.Merge is not (MergeRule.Min or MergeRule.Max)
            || right.Term.Result is not null
            || Ascending(relation) is not { } contentIsBelow
            || !Orders(relation, is64, left, right, index))
        {
            return null;
        }

        bool candidateWinsWhenTaken = contentIsBelow == (field.Merge == MergeRule.Max);
        return (candidateWinsWhenTaken ? Arm.Taken : Arm.NotTaken, Candidates(relation, is64, right, field));
    }

    /// <summary>Whether the relation says that the left is below (or equal); null for relations that don't order.</summary>
    private static bool? Ascending(Relation relation) => relation switch
    {
        Relation.Less or Relation.LessOrEqual or Relation.SignedLess or Relation.SignedLessOrEqual => true,
        Relation.Greater or Relation.GreaterOrEqual or Relation.SignedGreater or Relation.SignedGreaterOrEqual => false,
        _ => null,
    };

    /// <summary>
    /// Whether the machine compares the field's content and the candidate as numbers of the field's type: both must be read
    /// by the comparison as what the type means by them.
    /// </summary>
    private bool Orders(Relation relation, bool is64, Value.Number content, Value.Number candidate, int index)
    {
        FieldType type = _environment.Result(index).Type;
        int bits = _environment.ResultBits(index);
        int width = is64 ? 64 : 32;
        if (bits > width || content.Term.Low(bits) != new Term.Content(index))
        {
            return false;
        }

        bool isExact = bits == width || content.Term.Low(width) == (type.IsSigned()
            ? new Term.Extended(new Term.Content(index), bits, IsSigned: true)
            : new Term.Content(index));
        bool readsAlike = relation.IsSigned() == type.IsSigned() || (relation.IsSigned() && bits < width);
        return isExact && readsAlike && (is64 ? Fits(relation, candidate.Range.Whole, type) : Fits(relation, candidate.Range.Low, type));
    }

    private static bool Fits<TUnsigned, TSigned>(Relation relation, Word<TUnsigned, TSigned> word, FieldType type)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned> =>
        relation.IsSigned()
            ? type.Minimum() <= Int128.CreateTruncating(word.Signed.Minimum) && Int128.CreateTruncating(word.Signed.Maximum) <= type.Maximum()
            : type.Minimum() <= Int128.CreateTruncating(word.Unsigned.Minimum) && Int128.CreateTruncating(word.Unsigned.Maximum) <= type.Maximum();

    /// <summary>
    /// The compared value itself. Compilers also write a comparison with a constant as one with its neighbour: content &lt; 101 for
    /// content &lt;= 100. Where the constant changes sides between two neighbours, either may be stored.
    /// </summary>
    private static ImmutableArray<Term> Candidates(Relation relation, bool is64, Value.Number candidate, ResultField field)
    {
        int bits = field.Type.Size() * 8;
        Term compared = LowTerm.Of(candidate, bits);
        bool isConstant = is64 ? candidate.Range.IsConstant : candidate.Range.Low.IsConstant;
        if (!isConstant)
        {
            return [compared];
        }

        Int128 number = (is64, relation.IsSigned()) switch
        {
            (true, true) => candidate.Range.Whole.Signed.Minimum,
            (true, false) => candidate.Range.Whole.Unsigned.Minimum,
            (false, true) => candidate.Range.Low.Signed.Minimum,
            (false, false) => candidate.Range.Low.Unsigned.Minimum,
        };
        bool splitsBelow = relation is Relation.Less or Relation.SignedLess or Relation.GreaterOrEqual or Relation.SignedGreaterOrEqual;
        Int128 neighbour = splitsBelow ? number - 1 : number + 1;
        return neighbour < field.Type.Minimum() || neighbour > field.Type.Maximum()
            ? [compared]
            : [compared, new Term.Constant((ulong)neighbour & Tnum<ulong>.LowBits(bits))];
    }
}

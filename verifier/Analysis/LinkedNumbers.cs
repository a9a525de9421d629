using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What a bound on one number tells of another that is a constant away from it, or an extension of it.</summary>
internal static class LinkedNumbers
{
    /// <summary>The number with what the range of a related term tells of it; null where that is nothing.</summary>
    public static Value.Number? Refine(Value.Number number, Term term, Scalar range)
    {
        if (term is Term.Constant || term.Result is not null)
        {
            return null;
        }

        Link one = Link.Of(number.Term);
        Link other = Link.Of(term);
        Scalar? told = one.Root != other.Root ? (number.Term is Term.Extended extended && extended.Inner == term ? Extended(range, extended) : null)
            : one.Bits == 64 && other.Bits == 64
            ? ScalarArithmetic.Compute64(AluOperation.Add, signed: false, range, Scalar.Constant(one.Addend - other.Addend))
            : Scalar.Of(
                Word<ulong, long>.Unknown,
                range.Low.Add(Word<uint, int>.Constant((uint)(one.Addend - other.Addend))));

        // Where nothing is in both, no run gets here; the number as it is stays a sound answer.
        return told is { } more && number.Range.Meet(more) is { } refined ? number with { Range = refined } : null;
    }

    private static Scalar Extended(Scalar range, Term.Extended extended) => extended.IsSigned
        ? ScalarArithmetic.SignExtend64(range, extended.Bits)
        : ScalarArithmetic.ZeroExtend(range, extended.Bits);

    /// <summary>What a term says of a value: its low bits are those of another value and a constant.</summary>
    private readonly record struct Link(Term Root, ulong Addend, int Bits)
    {
        public static Link Of(Term term)
        {
            bool isHalf = term is Term.Extended { Bits: 32 };
            (Term root, ulong addend) = (isHalf ? ((Term.Extended)term).Inner : term).Split();
            return new(root, addend, isHalf ? 32 : 64);
        }
    }
}

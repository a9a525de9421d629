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
        Scalar? told = one.Root == other.Root ? Told(number.Range, range, one.Addend - other.Addend, int.Min(one.Bits, other.Bits))
            : number.Term is Term.Extended extended && extended.Inner == term ? Extended(range, extended)
            : null;

        // Where nothing is in both, no run gets here; the number as it is stays a sound answer.
        return told is { } more && number.Range.Meet(more) is { } refined ? number with { Range = refined } : null;
    }

    /// <summary>What is known of a number whose low bits are those of another and a constant.</summary>
    private static Scalar? Told(Scalar number, Scalar other, ulong distance, int bits) => bits switch
    {
        64 => ScalarArithmetic.Compute64(AluOperation.Add, signed: false, other, Scalar.Constant(distance)),
        32 => Scalar.Of(Word<ulong, long>.Unknown, other.Low.Add(Word<uint, int>.Constant((uint)distance))),
        _ when number.Whole.Unsigned.Maximum <= Tnum<ulong>.LowBits(bits) => Wrapped(other.Whole.Unsigned, (long)distance, bits),
        _ => null,
    };

    /// <summary>The sums modulo 2^bits, where all of them wrap equally often.</summary>
    private static Scalar? Wrapped(Interval<ulong> numbers, long distance, int bits)
    {
        Int128 least = (Int128)numbers.Minimum + distance;
        Int128 most = (Int128)numbers.Maximum + distance;
        Int128 turns = least >> bits;
        return turns == most >> bits ? Scalar.Between((long)(least - (turns << bits)), (long)(most - (turns << bits))) : null;
    }

    private static Scalar Extended(Scalar range, Term.Extended extended) => extended.IsSigned
        ? ScalarArithmetic.SignExtend64(range, extended.Bits)
        : ScalarArithmetic.ZeroExtend(range, extended.Bits);

    /// <summary>What a term says of a value: its low bits are those of another value and a constant.</summary>
    private readonly record struct Link(Term Root, ulong Addend, int Bits)
    {
        public static Link Of(Term term)
        {
            Term.Extended? extended = term as Term.Extended;
            bool isPart = extended is { Bits: 32 } or { IsSigned: false };
            (Term root, ulong addend) = (isPart ? extended!.Inner : term).Split();
            return new(root, addend, isPart ? extended!.Bits : 64);
        }
    }
}

using NearData.Isa.Programs;
using NearData.Verifier.Domains;

namespace NearData.Verifier.Values;

/// <summary>
/// Where a value comes from. Within one run of a program, values with equal terms are equal. A term that tells of a result field
/// marks a value that depends on what earlier records left there, which must reach nothing but that field. Immutable.
/// </summary>
public abstract record Term
{
    // Equality walks the nested extensions of a term; real code needs two.
    private const int DeepestExtension = 4;

    private protected Term()
    {
    }

    /// <summary>The result field whose content the value depends on, as an index in the program's results; null for none.</summary>
    public virtual int? Result => null;

    private protected virtual int Depth => 0;

    /// <summary>A number that the code states.</summary>
    public sealed record Constant(ulong Number) : Term;

    /// <summary>A value about whose origin nothing else is known; each has its own number.</summary>
    public sealed record Made(int Number) : Term;

    /// <summary>Bytes, zero-extended, that no program of the kind can change while it runs.</summary>
    public sealed record Loaded(AccessTarget Target, int Index, int Offset, int Size) : Term;

    /// <summary>The low bits of another value, sign- or zero-extended to 64.</summary>
    public sealed record Extended(Term Inner, int Bits, bool IsSigned) : Term
    {
        public override int? Result => Inner.Result;

        private protected override int Depth => Inner.Depth + 1;
    }

    /// <summary>Another value shifted left within a register of so many bits: the first half of a sign extension.</summary>
    public sealed record ShiftedLeft(Term Inner, int Count, int Width) : Term
    {
        public override int? Result => Inner.Result;

        private protected override int Depth => Inner.Depth + 1;
    }

    /// <summary>Another value and a constant, modulo 2^64.</summary>
    public sealed record Sum(Term Inner, ulong Addend) : Term
    {
        public override int? Result => Inner.Result;

        private protected override int Depth => Inner.Depth + 1;
    }

    /// <summary>What a result field holds now, zero-extended.</summary>
    public sealed record Content(int Field) : Term
    {
        public override int? Result => Field;
    }

    /// <summary>
    /// A value whose low bits the field may be given now: its content changed as its tag says by something that depends on no
    /// result. For a sum, <paramref name="Addend"/> is what was added, modulo 2^64.
    /// </summary>
    public sealed record Update(int Field, Scalar Addend, int Number) : Term
    {
        public override int? Result => Field;
    }

    /// <summary>Any other value that a result had an influence on; each has its own number.</summary>
    public sealed record Influenced(int Field, int Number) : Term
    {
        public override int? Result => Field;
    }

    /// <summary>The term of this one's low bits, extended; null where it would nest too deep to be followed.</summary>
    public Term? Extend(int bits, bool isSigned)
    {
        Term inner = Low(bits);
        return inner.Depth < DeepestExtension ? new Extended(inner, bits, isSigned) : null;
    }

    /// <summary>The term of this one shifted left; null where it would nest too deep to be followed.</summary>
    public Term? ShiftLeft(int count, int width) => Depth < DeepestExtension ? new ShiftedLeft(this, count, width) : null;

    /// <summary>The term of this one and a constant; null where it would nest too deep to be followed.</summary>
    public Term? Add(ulong addend)
    {
        (Term inner, ulong before) = Split();
        ulong sum = before + addend;
        return sum == 0 ? inner
            : inner is Constant constant ? new Constant(constant.Number + sum)
            : inner.Depth < DeepestExtension ? new Sum(inner, sum)
            : null;
    }

    /// <summary>What is left without the constant that was added last, and that constant.</summary>
    public (Term Inner, ulong Addend) Split() => this is Sum sum ? (sum.Inner, sum.Addend) : (this, 0);

    /// <summary>A term that has the same low bits, with extensions that don't change them taken away.</summary>
    public Term Low(int bits)
    {
        Term term = this;
        while (term is Extended extended && extended.Bits >= bits)
        {
            term = extended.Inner;
        }

        return term;
    }
}

using NearData.Verifier.Domains;
using NearData.Verifier.Values;

namespace NearData.Verifier.Results;

/// <summary>Names the low bits of a number, so that a value stored can be recognized as the one compared.</summary>
internal static class LowTerm
{
    /// <summary>Numbers with equal low terms have equal low bits.</summary>
    public static Term Of(Value.Number number, int bits)
    {
        ulong mask = Tnum<ulong>.LowBits(bits);
        return number.Term.Low(bits) switch
        {
            Term.Constant constant => new Term.Constant(constant.Number & mask),
            { Result: null } when number.Range.IsConstant => new Term.Constant(number.Range.Number & mask),
            Term term => term,
        };
    }
}

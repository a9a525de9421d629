using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>
/// A set of machine words of one width, seen three ways that keep each other tight: known bits, an unsigned interval and a
/// signed one. A word is in the set when it is in all three. Never empty.
/// </summary>
public readonly record struct Word<TUnsigned, TSigned>
    where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
    where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
{
    private Word(Tnum<TUnsigned> bits, Interval<TUnsigned> unsigned, Interval<TSigned> signed)
    {
        Bits = bits;
        Unsigned = unsigned;
        Signed = signed;
    }

    public static Word<TUnsigned, TSigned> Unknown { get; } =
        new(Tnum<TUnsigned>.Unknown, Interval<TUnsigned>.Full, Interval<TSigned>.Full);

    public Tnum<TUnsigned> Bits { get; }

    public Interval<TUnsigned> Unsigned { get; }

    public Interval<TSigned> Signed { get; }

    public bool IsConstant => Bits.IsConstant;

    public static Word<TUnsigned, TSigned> Constant(TUnsigned value)
    {
        TSigned signed = TSigned.CreateTruncating(value);
        return new(Tnum<TUnsigned>.Constant(value), new(value, value), new(signed, signed));
    }

    public static Word<TUnsigned, TSigned> FromUnsigned(Interval<TUnsigned> unsigned) =>
        Of(Tnum<TUnsigned>.Unknown, unsigned, Interval<TSigned>.Full);

    public static Word<TUnsigned, TSigned> FromSigned(Interval<TSigned> signed) =>
        Of(Tnum<TUnsigned>.Unknown, Interval<TUnsigned>.Full, signed);

    /// <summary>
    /// The set that three views of one result have in common. They contradict each other only where an operand's own views did
    /// without its being noticed, on a path that no run takes; there every answer is sound.
    /// </summary>
    public static Word<TUnsigned, TSigned> Of(Tnum<TUnsigned> bits, Interval<TUnsigned> unsigned, Interval<TSigned> signed) =>
        Meet(bits, unsigned, signed) ?? Unknown;

    /// <summary>The set that the three views have in common, each tightened by the others; null where it is empty.</summary>
    public static Word<TUnsigned, TSigned>? Meet(Tnum<TUnsigned> bits, Interval<TUnsigned> unsigned, Interval<TSigned> signed)
    {
        if (bits.IsConstant)
        {
            return unsigned.Contains(bits.Value) && signed.Contains(TSigned.CreateTruncating(bits.Value)) ? Constant(bits.Value) : null;
        }

        // The second round lets what the bits learned from the intervals reach the intervals again; a third finds almost nothing.
        for (int round = 0; round < 2; round++)
        {
            if (unsigned.Meet(new(bits.Minimum, bits.Maximum)) is not { } tighterUnsigned
                || signed.Meet(SignedBounds(bits)) is not { } tighterSigned
                || tighterSigned.Meet(Signs(tighterUnsigned)) is not { } bothSigned
                || tighterUnsigned.Meet(Magnitudes(bothSigned)) is not { } bothUnsigned
                || bits.Meet(Tnum<TUnsigned>.Between(bothUnsigned.Minimum, bothUnsigned.Maximum)) is not { } tighterBits)
            {
                return null;
            }

            bool isStable = bits == tighterBits && unsigned == bothUnsigned && signed == bothSigned;
            (bits, unsigned, signed) = (tighterBits, bothUnsigned, bothSigned);
            if (isStable)
            {
                break;
            }
        }

        return new(bits, unsigned, signed);
    }

    public bool Contains(TUnsigned word) =>
        Bits.Contains(word) && Unsigned.Contains(word) && Signed.Contains(TSigned.CreateTruncating(word));

    public Word<TUnsigned, TSigned> Join(Word<TUnsigned, TSigned> other) =>
        new(Bits.Join(other.Bits), Unsigned.Join(other.Unsigned), Signed.Join(other.Signed));

    /// <summary>The words in both; null where there are none.</summary>
    public Word<TUnsigned, TSigned>? Meet(Word<TUnsigned, TSigned> other) =>
        Bits.Meet(other.Bits) is { } bits
        && Unsigned.Meet(other.Unsigned) is { } unsigned
        && Signed.Meet(other.Signed) is { } signed
            ? Meet(bits, unsigned, signed)
            : null;

    public override string ToString()
    {
        if (IsConstant)
        {
            return $"{Signed.Minimum}";
        }

        string range = Signed.Minimum >= TSigned.Zero || !Signed.IsFull ? $"{Signed}" : Unsigned.IsFull ? "any" : $"{Unsigned}";
        return Bits == Tnum<TUnsigned>.Between(Unsigned.Minimum, Unsigned.Maximum) ? range : $"{range} bits {Bits}";
    }

    /// <summary>With an unknown sign bit, the least number has it set and the greatest has it clear.</summary>
    private static Interval<TSigned> SignedBounds(Tnum<TUnsigned> bits)
    {
        TUnsigned sign = TUnsigned.One << (Tnum<TUnsigned>.Width - 1);
        return new(
            TSigned.CreateTruncating(bits.Value | (bits.Mask & sign)),
            TSigned.CreateTruncating(bits.Value | (bits.Mask & ~sign)));
    }

    /// <summary>Reading unsigned numbers as signed keeps their order while none crosses from positive to negative.</summary>
    private static Interval<TSigned> Signs(Interval<TUnsigned> unsigned)
    {
        TSigned minimum = TSigned.CreateTruncating(unsigned.Minimum);
        TSigned maximum = TSigned.CreateTruncating(unsigned.Maximum);
        return minimum <= maximum ? new(minimum, maximum) : Interval<TSigned>.Full;
    }

    private static Interval<TUnsigned> Magnitudes(Interval<TSigned> signed)
    {
        TUnsigned minimum = TUnsigned.CreateTruncating(signed.Minimum);
        TUnsigned maximum = TUnsigned.CreateTruncating(signed.Maximum);
        return minimum <= maximum ? new(minimum, maximum) : Interval<TUnsigned>.Full;
    }
}

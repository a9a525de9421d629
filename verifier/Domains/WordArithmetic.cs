using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>
/// The machine's arithmetic over sets of words (RFC 9669, 4.1): each operation's answer holds every word that the instruction can
/// give for any words of its operands.
/// </summary>
public static class WordArithmetic
{
    extension<TUnsigned, TSigned>(Word<TUnsigned, TSigned> left)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
    {
        public Word<TUnsigned, TSigned> Add(Word<TUnsigned, TSigned> right) => Word<TUnsigned, TSigned>.Of(
            left.Bits + right.Bits, left.Unsigned + right.Unsigned, left.Signed + right.Signed);

        public Word<TUnsigned, TSigned> Subtract(Word<TUnsigned, TSigned> right) => Word<TUnsigned, TSigned>.Of(
            left.Bits - right.Bits, left.Unsigned - right.Unsigned, left.Signed - right.Signed);

        public Word<TUnsigned, TSigned> Multiply(Word<TUnsigned, TSigned> right) => Word<TUnsigned, TSigned>.Of(
            left.Bits * right.Bits, left.Unsigned * right.Unsigned, left.Signed * right.Signed);

        /// <summary>Clearing bits never makes a number greater.</summary>
        public Word<TUnsigned, TSigned> And(Word<TUnsigned, TSigned> right) => Word<TUnsigned, TSigned>.Of(
            left.Bits & right.Bits,
            new(TUnsigned.Zero, TUnsigned.Min(left.Unsigned.Maximum, right.Unsigned.Maximum)),
            Interval<TSigned>.Full);

        /// <summary>Setting bits never makes a number smaller.</summary>
        public Word<TUnsigned, TSigned> Or(Word<TUnsigned, TSigned> right) => Word<TUnsigned, TSigned>.Of(
            left.Bits | right.Bits,
            new(TUnsigned.Max(left.Unsigned.Minimum, right.Unsigned.Minimum), TUnsigned.MaxValue),
            Interval<TSigned>.Full);

        public Word<TUnsigned, TSigned> Xor(Word<TUnsigned, TSigned> right) => Word<TUnsigned, TSigned>.Of(
            left.Bits ^ right.Bits, Interval<TUnsigned>.Full, Interval<TSigned>.Full);

        public Word<TUnsigned, TSigned> ShiftLeft(Word<TUnsigned, TSigned> count) => EachCount(count, left, static (word, by) =>
            Word<TUnsigned, TSigned>.Of(word.Bits.ShiftLeft(by), word.Unsigned.ShiftLeft(by), word.Signed.ShiftLeft(by)));

        public Word<TUnsigned, TSigned> ShiftRight(Word<TUnsigned, TSigned> count) => EachCount(count, left, static (word, by) =>
            by == 0 ? word : Word<TUnsigned, TSigned>.Of(word.Bits.ShiftRight(by), word.Unsigned.ShiftRight(by), Interval<TSigned>.Full));

        public Word<TUnsigned, TSigned> ArithmeticShiftRight(Word<TUnsigned, TSigned> count) => EachCount(count, left, static (word, by) =>
            by == 0 ? word : Word<TUnsigned, TSigned>.Of(word.Bits.ArithmeticShiftRight(by), Interval<TUnsigned>.Full, word.Signed.ShiftRight(by)));

        /// <summary>The low bits as a signed number of that many bits.</summary>
        public Word<TUnsigned, TSigned> SignExtend(int bits)
        {
            Word<TUnsigned, TSigned> above = Word<TUnsigned, TSigned>.Constant(TUnsigned.CreateTruncating(Tnum<TUnsigned>.Width - bits));
            TSigned greatest = TSigned.CreateTruncating(Tnum<TUnsigned>.LowBits(bits - 1));
            return left.Signed.Minimum >= ~greatest && left.Signed.Maximum <= greatest
                ? left
                : left.ShiftLeft(above).ArithmeticShiftRight(above);
        }
    }

    /// <summary>The union over every count that is possible; a count uses only the low bits that address a bit of the word.</summary>
    private static Word<TUnsigned, TSigned> EachCount<TUnsigned, TSigned>(
        Word<TUnsigned, TSigned> count,
        Word<TUnsigned, TSigned> word,
        Func<Word<TUnsigned, TSigned>, int, Word<TUnsigned, TSigned>> shift)
        where TUnsigned : unmanaged, IBinaryInteger<TUnsigned>, IUnsignedNumber<TUnsigned>, IMinMaxValue<TUnsigned>
        where TSigned : unmanaged, IBinaryInteger<TSigned>, ISignedNumber<TSigned>, IMinMaxValue<TSigned>
    {
        TUnsigned mask = TUnsigned.CreateTruncating(Tnum<TUnsigned>.Width - 1);
        Word<TUnsigned, TSigned> used = count.And(Word<TUnsigned, TSigned>.Constant(mask));
        Word<TUnsigned, TSigned>? union = null;
        for (int by = int.CreateTruncating(used.Unsigned.Minimum); by <= int.CreateTruncating(used.Unsigned.Maximum); by++)
        {
            if (used.Bits.Contains(TUnsigned.CreateTruncating(by)))
            {
                Word<TUnsigned, TSigned> shifted = shift(word, by);
                union = union?.Join(shifted) ?? shifted;
            }
        }

        return union ?? Word<TUnsigned, TSigned>.Unknown;
    }
}

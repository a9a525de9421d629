using System.Globalization;

namespace NearData.Verifier.Domains;

/// <summary>
/// A set of 64-bit numbers: what is known of the whole word, and what is known of its low 32 bits where the whole doesn't say it.
/// A number is in the set when it is in both. Never empty.
/// </summary>
public readonly record struct Scalar
{
    private static readonly Scalar[] OfBytes = [.. Enumerable.Range(0, sizeof(ulong) + 1).Select(count => Of(
        Word<ulong, long>.FromUnsigned(new(0, Tnum<ulong>.LowBits(count * 8))), Word<uint, int>.Unknown))];

    private Scalar(Word<ulong, long> whole, Word<uint, int> low)
    {
        Whole = whole;
        Low = low;
    }

    /// <summary>Every number.</summary>
    public static Scalar Unknown { get; } = new(Word<ulong, long>.Unknown, Word<uint, int>.Unknown);

    public static Scalar Zero { get; } = Constant(0);

    public Word<ulong, long> Whole { get; }

    public Word<uint, int> Low { get; }

    public bool IsConstant => Whole.IsConstant;

    /// <summary>The number, where it is the only one.</summary>
    public ulong Number => Whole.Bits.Value;

    public static Scalar Constant(ulong number) => new(Word<ulong, long>.Constant(number), Word<uint, int>.Constant((uint)number));

    public static Scalar Constant(long number) => Constant((ulong)number);

    /// <summary>Every signed number from one to another.</summary>
    public static Scalar Between(long minimum, long maximum) =>
        Of(Word<ulong, long>.FromSigned(new(minimum, maximum)), Word<uint, int>.Unknown);

    /// <summary>Every number of so many bytes, zero-extended.</summary>
    public static Scalar Bytes(int count) => OfBytes[count];

    /// <summary>The zero-extended result of a 32-bit operation.</summary>
    public static Scalar ZeroExtended(Word<uint, int> low) => Of(
        Word<ulong, long>.Of(
            new(low.Bits.Value, low.Bits.Mask), new(low.Unsigned.Minimum, low.Unsigned.Maximum), Interval<long>.Full),
        low);

    /// <summary>The numbers that are in both views of one result; as for words, a contradiction means a path that no run takes.</summary>
    public static Scalar Of(Word<ulong, long> whole, Word<uint, int> low) => Meet(whole, low) ?? Unknown;

    /// <summary>The numbers that are in both views, each tightened by the other; null where there are none.</summary>
    public static Scalar? Meet(Word<ulong, long> whole, Word<uint, int> low)
    {
        if (whole.IsConstant)
        {
            return low.Contains((uint)whole.Bits.Value) ? Constant(whole.Bits.Value) : null;
        }

        if (LowOf(whole) is not { } seen || low.Meet(seen) is not { } tighterLow || whole.Meet(WholeOf(tighterLow, whole)) is not { } tighterWhole)
        {
            return null;
        }

        return LowOf(tighterWhole) is { } again && tighterLow.Meet(again) is { } tightest ? new(tighterWhole, tightest) : null;
    }

    public bool Contains(ulong number) => Whole.Contains(number) && Low.Contains((uint)number);

    public Scalar Join(Scalar other) => new(Whole.Join(other.Whole), Low.Join(other.Low));

    /// <summary>The numbers in both; null where there are none.</summary>
    public Scalar? Meet(Scalar other) =>
        Whole.Meet(other.Whole) is { } whole && Low.Meet(other.Low) is { } low ? Meet(whole, low) : null;

    /// <summary>Whether every number in the set, taken as signed, lies from one to another.</summary>
    public bool IsWithin(Int128 minimum, Int128 maximum) => minimum <= Whole.Signed.Minimum && Whole.Signed.Maximum <= maximum;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Whole}");

    /// <summary>What the whole says of its low half: its low bits, and its interval where the high half can't change within it.</summary>
    private static Word<uint, int>? LowOf(Word<ulong, long> whole)
    {
        Tnum<uint> bits = new((uint)whole.Bits.Value, (uint)whole.Bits.Mask);
        Interval<uint> unsigned = whole.Unsigned.Minimum >> 32 == whole.Unsigned.Maximum >> 32
            ? new((uint)whole.Unsigned.Minimum, (uint)whole.Unsigned.Maximum)
            : Interval<uint>.Full;
        Interval<int> signed = IsInt32(whole.Signed)
            ? new((int)whole.Signed.Minimum, (int)whole.Signed.Maximum)
            : Interval<int>.Full;
        return Word<uint, int>.Meet(bits, unsigned, signed);
    }

    /// <summary>What a low half says of the whole: its bits, and its interval where the whole is known to be its extension.</summary>
    private static Word<ulong, long> WholeOf(Word<uint, int> low, Word<ulong, long> whole)
    {
        const ulong High = 0xffff_ffff_0000_0000;
        Tnum<ulong> bits = new(low.Bits.Value, low.Bits.Mask | High);
        Interval<ulong> unsigned = whole.Unsigned.Maximum <= uint.MaxValue
            ? new(low.Unsigned.Minimum, low.Unsigned.Maximum)
            : Interval<ulong>.Full;
        Interval<long> signed = IsInt32(whole.Signed)
            ? new(low.Signed.Minimum, low.Signed.Maximum)
            : Interval<long>.Full;

        // The three views of one low half can't contradict each other unless the whole does; the caller's meet finds that.
        return Word<ulong, long>.Meet(bits, unsigned, signed) ?? Word<ulong, long>.Unknown;
    }

    private static bool IsInt32(Interval<long> signed) => signed.Minimum >= int.MinValue && signed.Maximum <= int.MaxValue;
}

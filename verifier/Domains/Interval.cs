using System.Numerics;

namespace NearData.Verifier.Domains;

/// <summary>All numbers of a type from <paramref name="Minimum"/> to <paramref name="Maximum"/>, both included; never empty.</summary>
public readonly record struct Interval<T>(T Minimum, T Maximum)
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    private static readonly int Width = T.Zero.GetByteCount() * 8;

    /// <summary>Every number of the type.</summary>
    public static Interval<T> Full => new(T.MinValue, T.MaxValue);

    public bool IsFull => Minimum == T.MinValue && Maximum == T.MaxValue;

    /// <summary>
    /// The interval of exact results, reduced into the type as the machine's arithmetic does. Numbers that all wrap equally
    /// often stay an interval; otherwise they can be anything.
    /// </summary>
    public static Interval<T> Wrap(Int128 minimum, Int128 maximum)
    {
        Int128 least = Int128.CreateTruncating(T.MinValue);
        Int128 turns = (minimum - least) >> Width;
        return turns == (maximum - least) >> Width
            ? new(T.CreateTruncating(minimum), T.CreateTruncating(maximum))
            : Full;
    }

    public bool Contains(T number) => Minimum <= number && number <= Maximum;

    public Interval<T> Join(Interval<T> other) => new(T.Min(Minimum, other.Minimum), T.Max(Maximum, other.Maximum));

    /// <summary>The numbers in both; null where there are none.</summary>
    public Interval<T>? Meet(Interval<T> other)
    {
        T minimum = T.Max(Minimum, other.Minimum);
        T maximum = T.Min(Maximum, other.Maximum);
        return minimum <= maximum ? new(minimum, maximum) : null;
    }

    public static Interval<T> operator +(Interval<T> left, Interval<T> right) =>
        left.IsFull || right.IsFull ? Full : Wrap(left.Low + right.Low, left.High + right.High);

    public static Interval<T> operator -(Interval<T> left, Interval<T> right) =>
        left.IsFull || right.IsFull ? Full : Wrap(left.Low - right.High, left.High - right.Low);

    public static Interval<T> operator *(Interval<T> left, Interval<T> right)
    {
        if (left.Minimum >= T.Zero && right.Minimum >= T.Zero)
        {
            // Two 64-bit unsigned numbers can multiply beyond what Int128 holds.
            UInt128 greatest = (UInt128)left.High * (UInt128)right.High;
            return greatest > (UInt128)Int128.MaxValue ? Full : Wrap(left.Low * right.Low, (Int128)greatest);
        }

        Int128 a = left.Low * right.Low;
        Int128 b = left.Low * right.High;
        Int128 c = left.High * right.Low;
        Int128 d = left.High * right.High;
        return Wrap(Int128.Min(Int128.Min(a, b), Int128.Min(c, d)), Int128.Max(Int128.Max(a, b), Int128.Max(c, d)));
    }

    public Interval<T> ShiftLeft(int count) => Wrap(Low << count, High << count);

    /// <summary>Keeps the sign for signed types and shifts in zeros for unsigned ones; monotone in both.</summary>
    public Interval<T> ShiftRight(int count) => new(Minimum >> count, Maximum >> count);

    public override string ToString() => Minimum == Maximum ? $"{Minimum}" : $"[{Minimum}, {Maximum}]";

    private Int128 Low => Int128.CreateTruncating(Minimum);

    private Int128 High => Int128.CreateTruncating(Maximum);
}

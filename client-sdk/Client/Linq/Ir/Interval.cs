using System.Numerics;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Ir;

/// <summary>All integers from one to another, both included: what a value was proven to lie in. Not bounded by any width.</summary>
internal readonly record struct Interval(BigInteger Minimum, BigInteger Maximum)
{
    public static readonly Interval Signed64 = Of(FieldType.Int64);
    public static readonly Interval Unsigned64 = Of(FieldType.UInt64);
    public static readonly Interval Bit = new(0, 1);

    public static Interval Of(FieldType type) => new((BigInteger)type.Minimum(), (BigInteger)type.Maximum());

    public static Interval Exactly(BigInteger value) => new(value, value);

    public bool IsWithin(Interval outer) => Minimum >= outer.Minimum && Maximum <= outer.Maximum;

    public bool Contains(BigInteger value) => value >= Minimum && value <= Maximum;

    public Interval Union(Interval other) =>
        new(BigInteger.Min(Minimum, other.Minimum), BigInteger.Max(Maximum, other.Maximum));

    /// <summary>What lies in both, of which there is something.</summary>
    public Interval Intersect(Interval other) =>
        new(BigInteger.Max(Minimum, other.Minimum), BigInteger.Min(Maximum, other.Maximum));

    public static Interval operator +(Interval left, Interval right) =>
        new(left.Minimum + right.Minimum, left.Maximum + right.Maximum);

    public static Interval operator -(Interval left, Interval right) =>
        new(left.Minimum - right.Maximum, left.Maximum - right.Minimum);

    public static Interval operator *(Interval left, Interval right) => OfCorners(left, right, BigInteger.Multiply);

    /// <summary>The quotients, rounded towards zero. The divisor doesn't contain zero.</summary>
    public static Interval operator /(Interval left, Interval right)
    {
        Interval corners = OfCorners(left, right, BigInteger.Divide);
        return left.Contains(0) ? corners.Union(Exactly(0)) : corners;
    }

    /// <summary>The remainders, with the dividend's sign. The divisor doesn't contain zero.</summary>
    public static Interval operator %(Interval left, Interval right)
    {
        BigInteger most = BigInteger.Max(BigInteger.Abs(right.Minimum), BigInteger.Abs(right.Maximum)) - 1;
        return new(
            left.Minimum < 0 ? BigInteger.Max(left.Minimum, -most) : 0,
            left.Maximum > 0 ? BigInteger.Min(left.Maximum, most) : 0);
    }

    public override string ToString() => $"[{Minimum}..{Maximum}]";

    private static Interval OfCorners(Interval left, Interval right, Func<BigInteger, BigInteger, BigInteger> operation)
    {
        BigInteger[] corners =
        [
            operation(left.Minimum, right.Minimum), operation(left.Minimum, right.Maximum),
            operation(left.Maximum, right.Minimum), operation(left.Maximum, right.Maximum),
        ];
        return new(corners.Min(), corners.Max());
    }
}

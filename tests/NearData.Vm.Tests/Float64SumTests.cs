using System.Numerics;
using NearData.Vm.Results;

namespace NearData.Vm.Tests;

/// <summary>Sums of doubles against whole numbers of the least double.</summary>
public sealed unsafe class Float64SumTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_sum_is_the_exact_one_rounded_once(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            double[] numbers = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => Number(random))];
            Assert.Equal(Bits(Exact(numbers)), Bits(Float64Sum.Round(Sum(numbers))));
        }
    }

    [Fact]
    public void Order_and_grouping_change_nothing()
    {
        Random random = new(5);
        double[] numbers = [.. Enumerable.Range(0, 1000).Select(_ => Number(random))];
        ulong[] whole = Sum(numbers);
        for (int round = 0; round < 20; round++)
        {
            random.Shuffle(numbers);
            int split = random.Next(numbers.Length);
            ulong[] parts = Sum(numbers.AsSpan(0, split));
            Float64Sum.Add(parts, Sum(numbers.AsSpan(split)));
            Assert.Equal(whole, parts);
        }
    }

    [Fact]
    public void What_cancels_leaves_what_is_small() =>
        Assert.Equal(double.Epsilon, Float64Sum.Round(Sum([double.MaxValue, double.Epsilon, double.MaxValue, -double.MaxValue, -double.MaxValue])));

    [Theory]
    [InlineData(double.PositiveInfinity, 1.0, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.MaxValue, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, double.NaN)]
    [InlineData(double.NaN, double.PositiveInfinity, double.NaN)]
    [InlineData(double.MaxValue, double.MaxValue, double.PositiveInfinity)]
    [InlineData(-0.0, -0.0, 0.0)]
    public void Infinities_and_NaN_stay_and_overflow_becomes_infinite(double first, double second, double expected) =>
        Assert.Equal(Bits(expected), Bits(Float64Sum.Round(Sum([first, second]))));

    private static ulong[] Sum(ReadOnlySpan<double> numbers)
    {
        ulong[] sum = new ulong[Float64Sum.Words];
        fixed (ulong* words = sum)
        {
            foreach (double number in numbers)
            {
                Float64Sum.Add(words, BitConverter.DoubleToInt64Bits(number));
            }
        }

        return sum;
    }

    /// <summary>By rational arithmetic: .NET's own parser rounds the exact decimal expansion.</summary>
    private static double Exact(double[] numbers)
    {
        BigInteger sum = numbers.Aggregate(BigInteger.Zero, (total, number) => total + Multiple(number));

        // sum * 2^-1074 = sum * 5^1074 / 10^1074
        return double.Parse($"{sum * BigInteger.Pow(5, 1074)}e-1074", System.Globalization.CultureInfo.InvariantCulture);
    }

    private static BigInteger Multiple(double number)
    {
        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)(bits >> 52) & 0x7ff;
        BigInteger fraction = (bits & ((1L << 52) - 1)) + (exponent == 0 ? 0 : 1L << 52);
        return (fraction << int.Max(exponent - 1, 0)) * (bits < 0 ? -1 : 1);
    }

    private static double Number(Random random)
    {
        if (random.Next(4) == 0)
        {
            return SpecialDoubles.Finite[random.Next(SpecialDoubles.Finite.Length)];
        }

        double number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        return double.IsFinite(number) && random.Next(2) == 0 ? number : (random.NextDouble() - 0.5) * Math.Pow(2, random.Next(-60, 60));
    }

    private static long Bits(double number) => double.IsNaN(number) ? -1 : number == 0 ? 0 : BitConverter.DoubleToInt64Bits(number);
}

using System.Runtime.Intrinsics;
using NearData.Vm.Vectors;

namespace NearData.Vm.Tests;

/// <summary>Quotients by doubles against those of integers.</summary>
public sealed class ExactQuotientTests
{
    private const long Most = (1L << 52) - 1;

    [Fact]
    public void Quotients_of_numbers_below_2_to_the_52nd_are_exact()
    {
        Random random = new(52);
        long[] left = new long[8];
        long[] right = new long[8];
        long[] expected = new long[8];
        for (int round = 0; round < 200_000; round++)
        {
            for (int lane = 0; lane < left.Length; lane++)
            {
                right[lane] = long.Max(1, Any(random));

                // Next to a multiple of the divisor, where rounding would show.
                left[lane] = random.Next(3) == 0 ? Any(random) : long.Clamp((Any(random) / right[lane] * right[lane]) + random.Next(-1, 2), 0, Most);
                expected[lane] = left[lane] / right[lane];
            }

            (Vector512<long> dividends, Vector512<long> divisors, Vector512<long> quotients) =
                (Vector512.Create(left), Vector512.Create(right), Vector512.Create(expected));
            Assert.True(ExactQuotient.Exists(dividends, divisors) && ExactQuotient.Exists(dividends.GetLower(), divisors.GetLower()));
            Assert.True(Vector512.EqualsAll(quotients, ExactQuotient.Of(dividends, divisors)));
            Assert.True(Vector512.EqualsAll(dividends - (quotients * divisors), ExactQuotient.Remainder(dividends, divisors)));
            Assert.True(Vector256.EqualsAll(quotients.GetUpper(), ExactQuotient.Of(dividends.GetUpper(), divisors.GetUpper())));
            Assert.True(Vector128.EqualsAll(quotients.GetLower().GetLower(), ExactQuotient.Of(dividends.GetLower().GetLower(), divisors.GetLower().GetLower())));
        }
    }

    [Theory]
    [InlineData(Most, 3, true)]
    [InlineData(Most + 1, 3, false)]
    [InlineData(-1, 3, false)]
    [InlineData(5, -1, false)]
    [InlineData(5, Most + 1, false)]
    [InlineData(5, 0, false)]
    public void One_lane_that_is_no_such_number_is_seen(long left, long right, bool exists)
    {
        for (int lane = 0; lane < 8; lane++)
        {
            Vector512<long> dividends = Vector512.Create(9L).WithElement(lane, left);
            Vector512<long> divisors = Vector512.Create(2L).WithElement(lane, right);
            Assert.Equal(exists, ExactQuotient.Exists(dividends, divisors));
            Assert.Equal(exists, ExactQuotient.Exists(dividends.GetLower(), divisors.GetLower()) && ExactQuotient.Exists(dividends.GetUpper(), divisors.GetUpper()));
            Assert.Equal(exists || lane > 1, ExactQuotient.Exists(dividends.GetLower().GetLower(), divisors.GetLower().GetLower()));
        }
    }

    // Of any length.
    private static long Any(Random random) => random.NextInt64(Most + 1) >> random.Next(52);
}

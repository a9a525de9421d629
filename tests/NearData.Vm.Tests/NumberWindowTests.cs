using System.Numerics;
using NearData.Vm.Vectors;

namespace NearData.Vm.Tests;

/// <summary>Windows of numbers against numbers of any length.</summary>
public sealed class NumberWindowTests
{
    [Theory]
    [InlineData(long.MinValue, long.MinValue + 5)]
    [InlineData(long.MaxValue - 5, long.MaxValue)]
    [InlineData(-3, 3)]
    [InlineData(0, 0)]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(1, 1 << 16)]
    [InlineData(0, (1 << 16) - 1)]
    public void A_window_covers_what_it_was_made_for_and_nothing_beyond_its_ends(long least, long most)
    {
        const int Places = 1 << 16;
        bool fits = (BigInteger)most - least < Places;
        NumberWindow? exact = default(NumberWindow).Widened(least, most, Places);
        Assert.Equal(fits, exact is not null);
        if (exact is not { } window)
        {
            return;
        }

        Assert.Equal((least, (long)(((BigInteger)most) - least + 1)), (window.Start, window.Width));
        NumberWindow wide = window.WithSlack(Places);
        Assert.InRange(wide.Width, window.Width, long.Min(Places, 2 * window.Width));
        BigInteger end = (BigInteger)wide.Start + wide.Width - 1;
        Assert.True(wide.Start <= least && end >= most && end <= long.MaxValue);
        foreach (long number in (long[])[long.MinValue, least, most, 0, long.MaxValue])
        {
            Assert.Equal(number >= wide.Start && number <= end, wide.Covers(number, number));
        }

        Assert.False(wide.Covers(long.MinValue, long.MaxValue));
    }

    [Fact]
    public void A_window_grows_by_what_comes_until_there_are_too_many_places()
    {
        NumberWindow window = new(10, 5);
        Assert.Equal(new NumberWindow(7, 8), window.Widened(7, 9, 8));
        Assert.Equal(new NumberWindow(10, 8), window.Widened(17, 17, 8));
        Assert.Null(window.Widened(6, 9, 8));
        Assert.Equal(window, window.Widened(11, 12, 8));
    }
}

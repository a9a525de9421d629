using NearData.Engine.Execution;

namespace NearData.Engine.Tests;

/// <summary>The faster way of filtering goes on, by times that are given here.</summary>
public sealed class PaceTests
{
    private const int Rows = 1000;

    [Fact]
    public void Guards_that_cost_more_than_they_save_are_no_longer_asked()
    {
        Pace<FilterWay> pace = New();
        Assert.InRange(Run(pace, 10_000, guarded: 170, plain: 100), 9_900, 10_000);
    }

    [Fact]
    public void Guards_that_save_something_are_asked_and_trials_become_rare()
    {
        Pace<FilterWay> pace = New();
        Assert.InRange(Run(pace, 1_000, guarded: 90, plain: 100), 4, 12);
        Assert.InRange(Run(pace, 10_000, guarded: 90, plain: 100), 0, 24);
    }

    [Fact]
    public void A_way_that_is_much_slower_is_tried_once_a_trial()
    {
        Pace<FilterWay> pace = New();
        Assert.InRange(Run(pace, Pace<FilterWay>.FirstSpan + Pace<FilterWay>.LeastSpan, guarded: 100, plain: 400), 1, 1);
    }

    [Fact]
    public void Where_guards_decide_alone_or_leave_few_rows_nothing_else_is_tried()
    {
        Pace<FilterWay> pace = New();
        Assert.Equal(0, Run(pace, 10_000, guarded: 170, plain: 100, isOpen: false));
    }

    [Fact]
    public void What_becomes_faster_is_found_out()
    {
        Pace<FilterWay> pace = New();
        Assert.InRange(Run(pace, 10_000, guarded: 170, plain: 100), 9_900, 10_000);
        Assert.InRange(Run(pace, 10_000, guarded: 50, plain: 100), 0, 1_100);
        Assert.InRange(Run(pace, 10_000, guarded: 170, plain: 100), 8_900, 10_000);
    }

    [Fact]
    public void A_page_that_begins_in_a_batch_does_not_decide()
    {
        for (int slow = 0; slow < 4; slow++)
        {
            Pace<FilterWay> pace = New();
            for (int batch = 0; batch < Pace<FilterWay>.FirstSpan; batch++)
            {
                pace.Pass(isOpen: true);
            }

            for (int batch = 0; batch < 4; batch++)
            {
                pace.Measure((pace.Way == FilterWay.Plain ? 100 : 130) + (batch == slow ? 150 : 0), Rows, isOpen: true);
            }

            Assert.Equal((false, FilterWay.Plain), (pace.IsTrial, pace.Way));
        }
    }

    private static Pace<FilterWay> New() => new(FilterWay.Guarded, FilterWay.Plain);

    /// <summary>How many of some batches are filtered plainly.</summary>
    private static int Run(Pace<FilterWay> pace, int batches, long guarded, long plain, bool isOpen = true)
    {
        int plains = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            bool isPlain = pace.Way == FilterWay.Plain;
            plains += isPlain ? 1 : 0;
            if (pace.IsTrial)
            {
                pace.Measure(isPlain ? plain : guarded, Rows, isOpen || isPlain);
            }
            else
            {
                pace.Pass(isOpen || isPlain);
            }
        }

        return plains;
    }
}

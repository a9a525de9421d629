using NearData.Engine.Explanation;

namespace NearData.Engine.Tests;

/// <summary>What estimates are made of: they follow executions, but not the first ones of a process.</summary>
public sealed class StepRatesTests
{
    private static readonly StageWork Work = new(Values: 2_400_000, RecordBytes: 0, Filtered: 600_000, Kept: 600_000);

    [Fact]
    public void A_slow_first_run_over_few_rows_leaves_estimates_as_they_were()
    {
        StepRates rates = new();
        double before = rates.Estimate(Work).TotalMilliseconds;

        // Such as a table of 20,000 rows, most of whose time is the runtime's compiler's.
        rates.Learn(Measure(milliseconds: 600, rows: 20_000), new StageWork(40_000, 0, 20_000, 20_000));

        Assert.InRange(rates.Estimate(Work).TotalMilliseconds / before, 1, 1.02);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0.3)]
    public void Estimates_come_to_what_executions_take_however_far_they_were_from_it(double times)
    {
        StepRates rates = new();
        StageWork work = new(240_000_000, 0, 60_000_000, 60_000_000);
        double wanted = rates.Estimate(work).TotalMilliseconds * times;
        for (int run = 0; run < 60; run++)
        {
            rates.Learn(Measure(wanted / 3, 60_000_000), work);
        }

        Assert.InRange(rates.Estimate(work).TotalMilliseconds / wanted, 0.95, 1.05);
    }

    [Fact]
    public void One_execution_that_was_in_the_way_of_others_changes_them_by_a_quarter_at_most()
    {
        StepRates rates = new();
        double before = rates.Estimate(Work).TotalMilliseconds;

        rates.Learn(Measure(milliseconds: 100_000, rows: 600_000), Work);

        Assert.InRange(rates.Estimate(Work).TotalMilliseconds / before, 1.05, 1.25);
    }

    private static StageMeasure Measure(double milliseconds, long rows)
    {
        TimeSpan each = TimeSpan.FromMilliseconds(milliseconds);
        return new StageMeasure(each, 1, each, each, each, 0, rows, rows);
    }
}

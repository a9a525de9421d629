using NearData.Engine.Explanation;

namespace NearData.Engine.Tests;

/// <summary>Whether running an execution at the node saves or costs, by figures that are worked out by hand.</summary>
public sealed class OffloadEstimateTests
{
    private const long Gigabit = 1_000_000_000;

    // 1,250,000 bytes are 10,000,000 bits: 10 ms of 1 Gbit/s.
    private const long TenMilliseconds = 1_250_000;

    [Fact]
    public void Scanning_that_takes_less_than_moving_the_columns_saves()
    {
        OffloadEstimate offload = OffloadEstimate.Of([Estimated(TenMilliseconds, milliseconds: 12, workers: 4)], Gigabit, answerBytes: 125_000);

        Assert.Equal((OffloadVerdict.Saves, 10, 12, 3), (offload.Verdict, offload.Pulling.TotalMilliseconds, offload.Scanning.TotalMilliseconds, offload.Elapsed.TotalMilliseconds));
        Assert.Equal((4, 4), (offload.LeastPushing.TotalMilliseconds, offload.MostPushing.TotalMilliseconds));
    }

    [Fact]
    public void Scanning_that_takes_longer_than_moving_the_columns_costs()
    {
        Assert.Equal(OffloadVerdict.Costs, OffloadEstimate.Of([Estimated(TenMilliseconds, milliseconds: 40, workers: 1)], Gigabit, answerBytes: 100).Verdict);
        Assert.Equal(OffloadVerdict.Saves, OffloadEstimate.Of([Estimated(TenMilliseconds, milliseconds: 40, workers: 1)], Gigabit / 10, answerBytes: 100).Verdict);
    }

    [Fact]
    public void An_answer_larger_than_what_it_is_made_of_costs_however_fast_the_scan_is()
    {
        Assert.Equal(OffloadVerdict.Costs, OffloadEstimate.Of([Estimated(TenMilliseconds, milliseconds: 0, workers: 1)], Gigabit, TenMilliseconds + 1000).Verdict);
    }

    [Fact]
    public void Before_groups_are_counted_it_depends_on_them_where_either_may_be()
    {
        StageExplanation stage = Estimated(TenMilliseconds, milliseconds: 4, workers: 1, new AnswerSize(0, TenMilliseconds));

        Assert.Equal(OffloadVerdict.Depends, OffloadEstimate.Of([stage], Gigabit, answerBytes: null).Verdict);
        Assert.Equal(OffloadVerdict.Saves, OffloadEstimate.Of([stage], Gigabit, answerBytes: 1000).Verdict);
        Assert.Equal(OffloadVerdict.Costs, OffloadEstimate.Of([stage], Gigabit, answerBytes: TenMilliseconds).Verdict);
    }

    [Fact]
    public void Where_nothing_is_read_neither_end_has_an_advantage()
    {
        Assert.Equal(OffloadVerdict.NothingRead, OffloadEstimate.Of([Estimated(0, 0, 1)], Gigabit, answerBytes: 100).Verdict);
    }

    [Fact]
    public void Stages_add_up_each_with_its_own_cores_and_what_was_measured_counts_for_more()
    {
        StageExplanation measured = Estimated(TenMilliseconds, milliseconds: 1000, workers: 2) with
        {
            Measure = new StageMeasure(
                TimeSpan.FromSeconds(1), Workers: 2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(3), 0, 0, 0),
        };
        OffloadEstimate offload = OffloadEstimate.Of([Estimated(TenMilliseconds, milliseconds: 5, workers: 1), measured], Gigabit, answerBytes: 0);

        Assert.Equal((20, 11, 8), (offload.Pulling.TotalMilliseconds, offload.Scanning.TotalMilliseconds, offload.Elapsed.TotalMilliseconds));
    }

    private static StageExplanation Estimated(long bytes, double milliseconds, int workers, AnswerSize answer = default) => new(
        "id",
        "d",
        [],
        [],
        new PartCounts(1, 0, 0, 1, 1, 0),
        [],
        new StageEstimate(bytes, 0, TimeSpan.FromMilliseconds(milliseconds), workers, answer));
}

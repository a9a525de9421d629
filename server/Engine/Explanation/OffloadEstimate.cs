namespace NearData.Engine.Explanation;

/// <summary>What running an execution at the node comes to, beside a client that pulls the columns and computes itself.</summary>
public enum OffloadVerdict
{
    /// <summary>Nothing is read: what the files say of their data is the answer, at either end.</summary>
    NothingRead,

    /// <summary>The answer is there before the columns would be.</summary>
    Saves,

    /// <summary>The columns would be there before the answer is.</summary>
    Costs,

    /// <summary>It saves where there are few groups, and costs where there are many.</summary>
    Depends,
}

/// <summary>
/// Whether an execution is worth being run where its data lies. What a client that pulls takes to compute is left out, and both ends read the
/// same bytes from devices: what saves by this comparison saves in any case. Immutable.
/// </summary>
/// <param name="Network">Bits a second of the network between node and client.</param>
/// <param name="PulledBytes">Of all stages: what a client would read, with the same parts and pages left out.</param>
/// <param name="Scanning">Of one core, all stages together: decoding, filtering and reducing.</param>
/// <param name="Elapsed">Of the same, on as many cores as take part.</param>
/// <param name="Answer">Bytes that leave the node.</param>
public sealed record OffloadEstimate(long Network, long PulledBytes, TimeSpan Scanning, TimeSpan Elapsed, AnswerSize Answer)
{
    /// <summary>10 Gbit/s: what one client of many has of a node's network.</summary>
    public const long DefaultNetwork = 10_000_000_000;

    /// <summary>What moving the columns takes.</summary>
    public TimeSpan Pulling => Moving(PulledBytes);

    /// <summary>What scanning here and moving the answer takes, at the least.</summary>
    public TimeSpan LeastPushing => Elapsed + Moving(Answer.Least);

    /// <summary>The same, at the most.</summary>
    public TimeSpan MostPushing => Elapsed + Moving(Answer.Most);

    public OffloadVerdict Verdict =>
        PulledBytes == 0 ? OffloadVerdict.NothingRead
        : MostPushing <= Pulling ? OffloadVerdict.Saves
        : LeastPushing > Pulling ? OffloadVerdict.Costs
        : OffloadVerdict.Depends;

    /// <summary>Weighs an execution.</summary>
    /// <param name="stages">Each as it was measured, or else estimated.</param>
    /// <param name="network">Bits a second, more than zero.</param>
    /// <param name="answerBytes">Where it was run; null to estimate it.</param>
    public static OffloadEstimate Of(IReadOnlyList<StageExplanation> stages, long network, long? answerBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(network, 1);
        (TimeSpan scanning, TimeSpan elapsed) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (StageExplanation stage in stages)
        {
            TimeSpan time = stage.Measure?.Working ?? stage.Estimate.Time;
            scanning += time;
            elapsed += time / (stage.Measure?.Workers ?? stage.Estimate.Workers);
        }

        return new OffloadEstimate(
            network,
            stages.Sum(stage => stage.Estimate.Bytes),
            scanning,
            elapsed,
            answerBytes is { } known ? new AnswerSize(known, known) : stages[^1].Estimate.Answer);
    }

    private TimeSpan Moving(long bytes) => TimeSpan.FromSeconds(bytes * 8.0 / Network);
}

namespace NearData.Engine.Explanation;

/// <summary>Whether an execution's steps are timed, which takes a little time itself.</summary>
public enum StepMeasuring
{
    Off,
    On,
}

/// <summary>What one worker spent its time with, in <see cref="System.Diagnostics.Stopwatch"/> ticks, and on what. One thread.</summary>
internal sealed class StepTimes
{
    /// <summary>Making values out of the files' bytes, decompression included; and codes of dictionaries.</summary>
    public long Decode { get; set; }

    /// <summary>Running the filter, or asking the tables that stand for it.</summary>
    public long Filter { get; set; }

    public long Reduce { get; set; }

    /// <summary>Data pages that were opened, and decompressed where they are compressed: those of which rows were wanted.</summary>
    public long PagesOpened { get; set; }
}

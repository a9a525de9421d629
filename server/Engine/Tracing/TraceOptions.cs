namespace NearData.Engine.Tracing;

/// <summary>Which records a trace shows, by what the filter says of them.</summary>
public enum TracedRecords
{
    /// <summary>All.</summary>
    Any,

    /// <summary>Those that the filter keeps.</summary>
    Kept,

    /// <summary>Those that it drops.</summary>
    Dropped,
}

/// <summary>What is traced, and how much of it.</summary>
/// <param name="Records">Which records.</param>
/// <param name="Every">One in so many of them, the first one included; from 1.</param>
/// <param name="FirstRow">The first row of the dataset that is looked at, from 0 over all files in order.</param>
/// <param name="RowCount">Rows that are looked at.</param>
/// <param name="MaxRecords">Records that are traced at most; from 1.</param>
/// <param name="MaxSteps">Instructions that are shown at most of each program's run; what it does behind them is counted alone.</param>
public sealed record TraceOptions(
    TracedRecords Records = TracedRecords.Any, long Every = 1, long FirstRow = 0, long RowCount = long.MaxValue, int MaxRecords = 10, int MaxSteps = 4096);

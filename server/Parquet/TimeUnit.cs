namespace NearData.Parquet;

/// <summary>What one step of a time or timestamp is.</summary>
public enum TimeUnit
{
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

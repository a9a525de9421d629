namespace NearData.Engine.Pruning;

/// <summary>Values whose fate is known.</summary>
/// <param name="Least">The first of them.</param>
/// <param name="Most">The last.</param>
/// <param name="IsKept">Whether they pass.</param>
internal readonly record struct ValueSegment(long Least, long Most, bool IsKept);

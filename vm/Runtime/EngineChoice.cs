namespace NearData.Vm;

/// <summary>How a program of a query is run.</summary>
/// <param name="Tier">The vectors' width.</param>
/// <param name="Lanes">Records that come together.</param>
/// <param name="Obstacle">Why vectors aren't used, as a sentence; null where they are, or weren't asked for.</param>
public sealed record EngineChoice(VectorTier Tier, int Lanes, string? Obstacle);

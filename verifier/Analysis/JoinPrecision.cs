namespace NearData.Verifier.Analysis;

/// <summary>How much of two states their union keeps.</summary>
internal enum JoinPrecision
{
    /// <summary>The least that holds for both.</summary>
    Exact,

    /// <summary>What grew from the first to the second is taken to grow on, up to a few bounds that code likes.</summary>
    Widened,
}

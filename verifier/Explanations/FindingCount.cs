namespace NearData.Verifier.Explanations;

/// <summary>How many findings of one program are told.</summary>
public enum FindingCount
{
    /// <summary>The first: the one that ends a verification.</summary>
    First,

    /// <summary>All that are independent: behind each, what was needed is assumed, so that no cause is told twice.</summary>
    All,
}

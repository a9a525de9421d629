namespace NearData.Verifier.States;

/// <summary>How far a sum field was moved: exact, as the host counts it.</summary>
/// <param name="Least">The most negative change.</param>
/// <param name="Most">The most positive change.</param>
/// <param name="IsUpdated">Whether any path moved it.</param>
public readonly record struct SumChange(Int128 Least, Int128 Most, bool IsUpdated)
{
    public SumChange Then(Int128 least, Int128 most) => new(Least + least, Most + most, true);

    public SumChange Join(SumChange other) =>
        new(Int128.Min(Least, other.Least), Int128.Max(Most, other.Most), IsUpdated || other.IsUpdated);
}

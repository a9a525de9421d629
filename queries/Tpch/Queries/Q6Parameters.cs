namespace NearData.Queries.Tpch.Queries;

/// <summary>The substitution parameters of Q6 (TPC-H 2.4.6.3).</summary>
/// <param name="From">The first day of the year that is looked at.</param>
/// <param name="Until">The first day after it.</param>
/// <param name="DiscountLow">The least discount that counts.</param>
/// <param name="DiscountHigh">The greatest discount that counts.</param>
/// <param name="Quantity">The first quantity that is too large.</param>
public sealed record Q6Parameters(DateOnly From, DateOnly Until, decimal DiscountLow, decimal DiscountHigh, decimal Quantity)
{
    /// <summary>The validation values (2.4.6.4).</summary>
    public static Q6Parameters Validation { get; } = new(new DateOnly(1994, 1, 1), new DateOnly(1995, 1, 1), 0.05m, 0.07m, 24);
}

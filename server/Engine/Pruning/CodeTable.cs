namespace NearData.Engine.Pruning;

/// <summary>Which codes of a dictionary a filter can keep. Immutable.</summary>
/// <param name="Passes">Per code 1, or 0 where no row with it is kept; behind them comes the one for nulls, and maybe more that are no codes.</param>
/// <param name="IsTotal">Whether all codes pass.</param>
internal sealed record CodeTable(byte[] Passes, bool IsTotal);

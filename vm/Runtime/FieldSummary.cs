namespace NearData.Vm;

/// <summary>What is known exactly of a field in some records that aren't read, as the footer of a file tells.</summary>
/// <param name="Nulls">Records without a value.</param>
/// <param name="Values">The least and the greatest value, which both occur; null where that isn't known, or there is none.</param>
public readonly record struct FieldSummary(long Nulls, (Int128 Least, Int128 Greatest)? Values);

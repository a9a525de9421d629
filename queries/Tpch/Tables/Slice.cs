namespace NearData.Queries.Tpch.Tables;

/// <summary>Rows that follow one another in a table, found without making those before them.</summary>
/// <param name="First">The first row's number, from 1; in lineitem the number of its order.</param>
/// <param name="Skip">In lineitem, that order's lines that an earlier slice has; elsewhere 0.</param>
/// <param name="Rows">How many rows.</param>
internal readonly record struct Slice(long First, int Skip, int Rows);

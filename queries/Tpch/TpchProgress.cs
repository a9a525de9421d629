namespace NearData.Queries.Tpch;

/// <summary>How far one table's file is.</summary>
/// <param name="Table">The table.</param>
/// <param name="RowsWritten">Rows in the file so far; equal to the total in the table's last report.</param>
/// <param name="RowsTotal">Rows that the table will have.</param>
public readonly record struct TpchProgress(TpchTable Table, long RowsWritten, long RowsTotal);

using System.Diagnostics;
using NearData.Queries.Tpch.Tables;
using NearData.Queries.Tpch.Text;

namespace NearData.Queries.Tpch;

/// <summary>
/// The rows of TPC-H (4.2 and 4.3) at one scale factor. The rows are the same in every run, whatever the batch size and the
/// threads; they are not the rows of the TPC's own generator, which draws other random numbers. Immutable; any thread may use it.
/// </summary>
public sealed class TpchData(TpchScale scale)
{
    /// <summary>The most rows of a batch: that many of partsupp's comments, the longest, fit a column's buffer.</summary>
    public const int MaximumBatchRows = 1_000_000;

    /// <summary>The cardinalities behind the rows.</summary>
    public TpchScale Scale { get; } = scale;

    /// <summary>The table's rows; for lineitem this adds up every order's lines, a hundred million orders a second.</summary>
    public long RowsOf(TpchTable table)
    {
        long rows = 0;
        foreach (Slice slice in Slices(table, MaximumBatchRows))
        {
            rows += slice.Rows;
        }

        return rows;
    }

    /// <summary>The table's rows in order, a batch at a time in bounded memory. Each step refills the same batch.</summary>
    /// <param name="table">Which table.</param>
    /// <param name="rows">Rows per batch, 1 to <see cref="MaximumBatchRows"/>; the last has what is left.</param>
    public IEnumerable<RowBatch> Batches(TpchTable table, int rows)
    {
        CheckBatchRows(rows);
        return Filled(NewBatch(table), Slices(table, rows));
    }

    /// <exception cref="ArgumentOutOfRangeException">The number is not one that <see cref="Batches"/> takes.</exception>
    internal static void CheckBatchRows(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaximumBatchRows);
    }

    /// <summary>The table cut into pieces of this many rows; cheap next to filling them.</summary>
    internal IEnumerable<Slice> Slices(TpchTable table, int rows) => table switch
    {
        TpchTable.Region => SlicesOf(NameLists.Regions.Length, rows),
        TpchTable.Nation => SlicesOf(NameLists.Nations.Length, rows),
        TpchTable.Supplier => SlicesOf(Scale.Suppliers, rows),
        TpchTable.Customer => SlicesOf(Scale.Customers, rows),
        TpchTable.Part => SlicesOf(Scale.Parts, rows),
        TpchTable.PartSupp => SlicesOf(Scale.Parts * TpchScale.SuppliersPerPart, rows),
        TpchTable.Orders => SlicesOf(Scale.Orders, rows),
        TpchTable.LineItem => SlicesOfLines(Scale.Orders, rows),
        _ => throw Unknown(table),
    };

    internal RowBatch NewBatch(TpchTable table) => table switch
    {
        TpchTable.Region => new RegionBatch(),
        TpchTable.Nation => new NationBatch(),
        TpchTable.Supplier => new SupplierBatch(Scale),
        TpchTable.Customer => new CustomerBatch(),
        TpchTable.Part => new PartBatch(),
        TpchTable.PartSupp => new PartSuppBatch(Scale),
        TpchTable.Orders => new OrdersBatch(Scale),
        TpchTable.LineItem => new LineItemBatch(Scale),
        _ => throw Unknown(table),
    };

    private static IEnumerable<RowBatch> Filled(RowBatch batch, IEnumerable<Slice> slices)
    {
        foreach (Slice slice in slices)
        {
            batch.Fill(slice);
            yield return batch;
        }
    }

    private static IEnumerable<Slice> SlicesOf(long total, int rows)
    {
        for (long first = 1; first <= total; first += rows)
        {
            yield return new Slice(first, Skip: 0, (int)Math.Min(rows, total - first + 1));
        }
    }

    // A slice ends at its last row, in the midst of an order if need be: the next one then begins in that same order.
    private static IEnumerable<Slice> SlicesOfLines(long orders, int rows)
    {
        Slice next = new(First: 1, Skip: 0, Rows: 0);
        for (long order = 1; order <= orders; order++)
        {
            int lines = OrderBook.LinesOf(order);
            next = next with { Rows = next.Rows + lines };
            while (next.Rows >= rows)
            {
                yield return next with { Rows = rows };
                int left = next.Rows - rows;
                next = left == 0 ? new Slice(order + 1, Skip: 0, Rows: 0) : new Slice(order, lines - left, left);
            }
        }

        if (next.Rows > 0)
        {
            yield return next;
        }
    }

    private static UnreachableException Unknown(TpchTable table) => new($"{table} is not a table of TPC-H.");
}

using System.Runtime.CompilerServices;
using NearData.Queries.Tpch.Tables;

namespace NearData.Queries.Tpch;

/// <summary>A table's batches, each made while the one before it is being written; two batches take turns.</summary>
internal static class BatchesAhead
{
    /// <summary>A batch is the caller's until it asks for the next one.</summary>
    public static async IAsyncEnumerable<RowBatch> Of(
        TpchData data, TpchTable table, int rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        RowBatch current = data.NewBatch(table);
        RowBatch next = data.NewBatch(table);
        using IEnumerator<Slice> slices = data.Slices(table, rows).GetEnumerator();
        Task<bool> filling = Filling(slices, next);
        try
        {
            while (await filling)
            {
                cancellation.ThrowIfCancellationRequested();
                (current, next) = (next, current);
                filling = Filling(slices, next);
                yield return current;
            }
        }
        finally
        {
            await filling;
        }
    }

    // False when there is no further slice.
    private static Task<bool> Filling(IEnumerator<Slice> slices, RowBatch batch) => Task.Run(() =>
    {
        if (!slices.MoveNext())
        {
            return false;
        }

        batch.Fill(slices.Current);
        return true;
    });
}

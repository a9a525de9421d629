using System.Diagnostics;
using NearData.Engine.Formats;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Execution;

/// <summary>
/// Decodes columns of a batch of which only some rows will be looked at. Whether it pays to leave the others out one by one depends on how a
/// column is encoded and on how many they are: for each column, and each share of rows within half an octave, both ways are timed from time to
/// time, and the faster one goes on. One worker's.
/// </summary>
/// <param name="fields">How many fields a row has.</param>
internal sealed class LateDecoding(int fields)
{
    /// <summary>Shares that are told apart, down to one row in 64: fewer are always decoded one by one.</summary>
    private const int Shares = 12;

    /// <summary>Until it was timed, fewer than one row in this many are decoded one by one.</summary>
    private const int FewPart = 4;

    private readonly Pace<ChoiceGrain>?[] _paces = new Pace<ChoiceGrain>?[fields * Shares];

    /// <summary>Decodes the current batch of some columns, by field, unless that was done.</summary>
    /// <param name="scan">Decodes them.</param>
    /// <param name="fields">The columns' fields.</param>
    /// <param name="batch">Gets the values.</param>
    /// <param name="rows">The rows that will be looked at, ascending.</param>
    public void Decode(PartScan scan, ReadOnlySpan<int> fields, RecordBatch batch, ReadOnlySpan<int> rows)
    {
        if (rows.Length == batch.Count)
        {
            scan.Decode(fields, batch);
            return;
        }

        int share = ShareOf(rows.Length, batch.Count);
        foreach (int field in fields)
        {
            if (share >= Shares)
            {
                scan.Decode(field, batch, rows, ChoiceGrain.Row);
            }
            else
            {
                Decode(scan, field, batch, rows, _paces[(field * Shares) + share] ??= PaceOf(rows.Length, batch.Count));
            }
        }
    }

    /// <summary>0 for nearly all rows, two more for half as many.</summary>
    internal static int ShareOf(int rows, int all) => (int)(2 * Math.Log2((double)all / rows));

    private static Pace<ChoiceGrain> PaceOf(int rows, int all) =>
        rows < all / FewPart ? new(ChoiceGrain.Row, ChoiceGrain.Page) : new(ChoiceGrain.Page, ChoiceGrain.Row);

    private static void Decode(PartScan scan, int field, RecordBatch batch, ReadOnlySpan<int> rows, Pace<ChoiceGrain> pace)
    {
        if (!pace.IsTrial)
        {
            if (scan.Decode(field, batch, rows, pace.Way))
            {
                pace.Pass(isOpen: true);
            }

            return;
        }

        long start = Stopwatch.GetTimestamp();
        if (scan.Decode(field, batch, rows, pace.Way))
        {
            pace.Measure(Stopwatch.GetTimestamp() - start, rows.Length, isOpen: true);
        }
    }
}

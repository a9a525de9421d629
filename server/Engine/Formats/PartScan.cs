using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Verifier;
using NearData.Vm;

namespace NearData.Engine.Formats;

/// <summary>The rows of a part of a file, batch by batch. Owns what its load holds. One thread.</summary>
internal abstract class PartScan(PartLoad load) : IDisposable
{
    /// <summary>What brings its bytes; a stream's goes on reading while it is scanned.</summary>
    public PartLoad Load { get; protected set; } = load;

    /// <summary>Whether its memory is worth being kept for the next part, once it has ended and its load was released.</summary>
    public virtual bool CanServeAgain => false;

    /// <summary>What the filter was proven to do with the rows of the current batch.</summary>
    public virtual FilterOutcome Filter => Load.Task.Filter;

    /// <summary>Whether <see cref="Advance"/> may be called: not while a stream waits for its next window.</summary>
    public virtual bool IsReady => true;

    /// <summary>Whether there are no more rows.</summary>
    public abstract bool IsEnded { get; }

    /// <summary>Data pages that were opened, and decompressed, of all parts that it scanned; of formats that have pages.</summary>
    public virtual long PagesOpened => 0;

    /// <summary>Moves on to the next batch; columns that are not decoded for it are passed over.</summary>
    /// <param name="most">The most rows that it may have.</param>
    /// <returns>How many it has: none where the bytes at hand hold no whole record, or the end was found.</returns>
    public abstract int Advance(int most);

    /// <summary>Decodes the current batch of some columns, by field, unless that was done.</summary>
    public abstract void Decode(ReadOnlySpan<int> fields, RecordBatch batch);

    /// <summary>
    /// As <see cref="Decode(ReadOnlySpan{int}, RecordBatch)"/>, of one column, where only some rows will be looked at until the next batch: the others
    /// may be left out.
    /// </summary>
    /// <param name="field">The column's field.</param>
    /// <param name="batch">Gets the values.</param>
    /// <param name="rows">The rows that will be looked at, ascending.</param>
    /// <param name="grain">What of the others is left out.</param>
    /// <returns>Whether anything had to be decoded, which the grain makes slower or faster.</returns>
    public virtual bool Decode(int field, RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain)
    {
        Decode(new ReadOnlySpan<int>(in field), batch);
        return false;
    }

    /// <summary>
    /// Reads the current batch of a column as codes of a dictionary; false where not all of its rows have codes. To be asked before
    /// anything of the column is decoded.
    /// </summary>
    /// <param name="field">The column's field.</param>
    /// <param name="batch">Gets the rows' validity.</param>
    /// <param name="guards">Say which codes pass.</param>
    /// <param name="codes">One for each row.</param>
    /// <param name="table">Which codes pass.</param>
    public virtual bool TryReadCodes(int field, RecordBatch batch, FilterGuards guards, [NotNullWhen(true)] out RowCodes? codes, [NotNullWhen(true)] out CodeTable? table)
    {
        codes = null;
        table = null;
        return false;
    }

    /// <summary>
    /// Reads the current batch of a column as codes of a dictionary into the batch; false where not all of its rows have codes: then it has to be
    /// decoded.
    /// </summary>
    /// <param name="field">The column's field.</param>
    /// <param name="batch">Gets the codes, and the dictionary where it is another than before.</param>
    public virtual bool TryCode(int field, RecordBatch batch) => false;

    public virtual void Dispose() => Load.Release();
}

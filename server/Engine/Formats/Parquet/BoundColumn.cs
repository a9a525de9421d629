using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Binding;
using NearData.Engine.Pruning;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A column chunk that is decoded, on demand, into a field of the batch. One thread.</summary>
internal abstract class BoundColumn(FieldBinding binding, ColumnReader reader) : IDisposable
{
    private long _skipped;
    private int _unread;
    private bool _isStarted;

    /// <summary>Index in the row's fields.</summary>
    public int Field => binding.Field;

    /// <summary>Data pages that were opened, of all chunks.</summary>
    public long PagesOpened => reader.PagesOpened;

    /// <summary>Rows of the current batch.</summary>
    protected int Rows { get; private set; }

    protected FieldBinding Binding => binding;

    protected ColumnReader Reader => reader;

    public static BoundColumn Open(FieldBinding binding, ColumnReader reader) => binding.RowField.Type switch
    {
        FieldType.Int8 => new NumberColumn<sbyte>(binding, reader),
        FieldType.Int16 => new NumberColumn<short>(binding, reader),
        FieldType.Int32 => new NumberColumn<int>(binding, reader),
        FieldType.Int64 => new NumberColumn<long>(binding, reader),
        FieldType.UInt8 or FieldType.Bool => new NumberColumn<byte>(binding, reader),
        FieldType.UInt16 => new NumberColumn<ushort>(binding, reader),
        FieldType.UInt32 => new NumberColumn<uint>(binding, reader),
        FieldType.UInt64 => new NumberColumn<ulong>(binding, reader),
        FieldType.Float64 => new NumberColumn<double>(binding, reader),
        FieldType.Int128 => new NumberColumn<Int128>(binding, reader),
        FieldType.Text => new TextColumn(binding, reader),
        _ => throw new UnreachableException($"No column is decoded as {binding.RowField.Type}."),
    };

    /// <summary>Goes on with another chunk of the column; its own memory stays.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="parts">What there is of it in memory.</param>
    public virtual void Restart(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        reader.Start(file, chunk, parts);
        _skipped = 0;
        _unread = 0;
    }

    /// <summary>Passes over rows that no batch has.</summary>
    public void Pass(long rows)
    {
        _skipped += _unread + rows;
        _unread = 0;
    }

    /// <summary>Starts a batch. What was not decoded of the one before is skipped later, all at once.</summary>
    public virtual void Begin(int rows)
    {
        _skipped += _unread;
        _unread = rows;
        _isStarted = false;
        Rows = rows;
    }

    /// <summary>
    /// Reads the current batch as codes of the chunk's dictionary; false where not all of its rows have codes. To be asked before anything
    /// is decoded.
    /// </summary>
    /// <param name="batch">Gets the rows' validity.</param>
    /// <param name="guards">Say which codes pass.</param>
    /// <param name="codes">One for each row.</param>
    /// <param name="table">Which codes pass.</param>
    public abstract bool TryReadCodes(RecordBatch batch, FilterGuards guards, [NotNullWhen(true)] out RowCodes? codes, [NotNullWhen(true)] out CodeTable? table);

    /// <summary>
    /// Reads the current batch as codes of the chunk's dictionary into the batch, with the dictionary where it is another than before; false where
    /// not all of its rows have codes.
    /// </summary>
    public virtual bool TryCode(RecordBatch batch) => false;

    /// <summary>Decodes the current batch, unless that was done.</summary>
    public abstract void Decode(RecordBatch batch);

    /// <summary>
    /// As <see cref="Decode(RecordBatch)"/>, where only some rows will be looked at until the next batch: the others may be left out.
    /// </summary>
    /// <param name="batch">Gets the values.</param>
    /// <param name="rows">Those rows, ascending.</param>
    /// <param name="grain">What of the others is left out.</param>
    /// <returns>Whether anything had to be decoded.</returns>
    public abstract bool Decode(RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain);

    public void Dispose() => reader.Dispose();

    protected Span<byte> Validity(RecordBatch batch) =>
        binding.RowField.IsNullable ? batch.Validity(Field)[..Rows] : default;

    /// <summary>Passes over what was left out; false when reading of the current batch has started already.</summary>
    protected bool TryStart()
    {
        if (_isStarted)
        {
            return false;
        }

        reader.Skip(_skipped);
        _skipped = 0;
        _isStarted = true;
        return true;
    }

    /// <summary>Notes that rows of the current batch were read: those that never are have to be skipped before the next.</summary>
    protected void Count(int read) => _unread -= read;
}

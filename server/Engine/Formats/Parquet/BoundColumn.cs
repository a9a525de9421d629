using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Pruning;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A column chunk that is decoded, on demand, into a field of the batch. One thread.</summary>
internal abstract class BoundColumn(FieldBinding binding, ColumnReader reader) : IDisposable
{
    private long _skipped;
    private int _current;

    /// <summary>Index in the row's fields.</summary>
    public int Field => binding.Field;

    /// <summary>Rows of the current batch.</summary>
    protected int Rows { get; private set; }

    protected FieldBinding Binding => binding;

    protected ColumnReader Reader => reader;

    public static BoundColumn Open(FieldBinding binding, ColumnReader reader) => binding.RowField.Type switch
    {
        FieldType.Int8 => new BoundColumn<sbyte>(binding, reader),
        FieldType.Int16 => new BoundColumn<short>(binding, reader),
        FieldType.Int32 => new BoundColumn<int>(binding, reader),
        FieldType.Int64 => new BoundColumn<long>(binding, reader),
        FieldType.UInt8 or FieldType.Bool => new BoundColumn<byte>(binding, reader),
        FieldType.UInt16 => new BoundColumn<ushort>(binding, reader),
        FieldType.UInt32 => new BoundColumn<uint>(binding, reader),
        FieldType.UInt64 => new BoundColumn<ulong>(binding, reader),
        FieldType.Float64 => new BoundColumn<double>(binding, reader),
        FieldType.Int128 => new BoundColumn<Int128>(binding, reader),
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
        _current = 0;
    }

    /// <summary>Starts a batch. What was not decoded of the one before is skipped later, all at once.</summary>
    public virtual void Begin(int rows)
    {
        _skipped += _current;
        _current = rows;
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
    public abstract bool TryReadCodes(RecordBatch batch, FilterGuards guards, out ReadOnlySpan<uint> codes, [NotNullWhen(true)] out CodeTable? table);

    /// <summary>Decodes the current batch, unless that was done.</summary>
    public abstract void Decode(RecordBatch batch);

    /// <summary>
    /// As <see cref="Decode(RecordBatch)"/>, where only some rows will be looked at until the next batch: the others may be left out.
    /// </summary>
    public abstract void Decode(RecordBatch batch, ReadOnlySpan<int> rows);

    public void Dispose() => reader.Dispose();

    protected Span<byte> Validity(RecordBatch batch) =>
        binding.RowField.IsNullable ? batch.Validity(Field)[..Rows] : default;

    /// <summary>Passes over what was left out; false when the current batch was read already.</summary>
    protected bool TryStart()
    {
        if (_current == 0)
        {
            return false;
        }

        reader.Skip(_skipped);
        _skipped = 0;
        _current = 0;
        return true;
    }
}

/// <summary>A column chunk that is decoded as <typeparamref name="T"/>.</summary>
internal sealed class BoundColumn<T>(FieldBinding binding, ColumnReader reader) : BoundColumn(binding, reader)
    where T : unmanaged, INumber<T>
{
    /// <summary>
    /// The most entries of a dictionary that are decided one by one: with more, most rows have values of their own.
    /// </summary>
    private const int MostEntries = 1 << 16;

    // Ranges of values are those of 64 signed bits.
    private static readonly bool CanBeGuarded = typeof(T) != typeof(ulong) && typeof(T) != typeof(double) && typeof(T) != typeof(Int128);

    private readonly uint[] _codes = CanBeGuarded ? new uint[ExecutionWorker.BatchRows] : [];
    private long[] _entries = [];
    private CodeTable? _table;
    private bool _isTabulated;
    private bool _isUnguarded = !CanBeGuarded;

    private int _coded;
    private bool _isMissing;

    public override void Restart(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        base.Restart(file, chunk, parts);
        _isTabulated = false;
        _isUnguarded = !CanBeGuarded;
    }

    public override void Begin(int rows)
    {
        base.Begin(rows);
        _coded = 0;
        _isMissing = true;
    }

    public override bool TryReadCodes(RecordBatch batch, FilterGuards guards, out ReadOnlySpan<uint> codes, [NotNullWhen(true)] out CodeTable? table)
    {
        codes = default;
        table = null;
        if (_isUnguarded || !guards.Has(Field) || !TryStart())
        {
            return false;
        }

        _coded = Reader.ReadCodes<T>(_codes.AsSpan(0, Rows), Validity(batch));
        table = _coded == Rows && TryTabulate(guards) ? _table : null;
        if (table is null)
        {
            // Where a writer gave the dictionary up there are no more codes to come.
            _isUnguarded = true;
            return false;
        }

        codes = _codes.AsSpan(0, Rows);
        return true;
    }

    public override void Decode(RecordBatch batch)
    {
        if (!_isMissing)
        {
            return;
        }

        _isMissing = false;
        Span<T> values = batch.Values<T>(Field)[..Rows];
        TryStart();
        ReadOnlySpan<T> dictionary = _coded > 0 ? Reader.Dictionary<T>() : [];
        for (int row = 0; row < _coded; row++)
        {
            values[row] = dictionary[(int)_codes[row]];
        }

        if (_coded < Rows)
        {
            // All of them: a footer is refused whose chunks have other numbers of rows than their group.
            Span<byte> validity = Validity(batch);
            Reader.Read(values[_coded..], validity.IsEmpty ? validity : validity[_coded..]);
        }
    }

    public override void Decode(RecordBatch batch, ReadOnlySpan<int> rows)
    {
        if (!_isMissing)
        {
            return;
        }

        Span<T> values = batch.Values<T>(Field)[..Rows];
        if (_coded == Rows)
        {
            ReadOnlySpan<T> dictionary = Reader.Dictionary<T>();
            foreach (int row in rows)
            {
                values[row] = dictionary[(int)_codes[row]];
            }
        }
        else if (_coded == 0 && TryStart())
        {
            _isMissing = false;
            Reader.Read(values, Validity(batch), rows);
        }
        else
        {
            Decode(batch);
        }
    }

    private bool TryTabulate(FilterGuards guards)
    {
        ReadOnlySpan<T> dictionary = Reader.Dictionary<T>()[..^1];
        if (_isTabulated || dictionary.Length > MostEntries)
        {
            return _isTabulated;
        }

        if (_entries.Length < dictionary.Length)
        {
            _entries = new long[dictionary.Length];
        }

        for (int code = 0; code < dictionary.Length; code++)
        {
            _entries[code] = long.CreateTruncating(dictionary[code]);
        }

        _table = guards.Tabulate(Field, _entries.AsSpan(0, dictionary.Length), Binding.RowField.IsNullable, _table);
        _isTabulated = true;
        return true;
    }
}

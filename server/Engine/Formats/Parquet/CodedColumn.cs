using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Vm;

namespace NearData.Engine.Formats.Parquet;

/// <summary>A column chunk whose rows may be codes of a dictionary, which guards decide; values are looked up for rows that pass.</summary>
internal abstract class CodedColumn<T>(FieldBinding binding, ColumnReader reader) : BoundColumn(binding, reader)
    where T : unmanaged
{
    private uint[] _codes = [];
    private CodeTable? _table;
    private bool _isTabulated;
    private bool _isUnguarded;

    // The writer gave the dictionary up.
    private bool _isUncoded;
    private int _coded;
    private bool _isMissing;

    /// <summary>Whether guards say which values of the type pass.</summary>
    protected abstract bool CanBeGuarded { get; }

    /// <summary>The chunk's dictionary, and behind it the value of null rows.</summary>
    protected abstract ReadOnlySpan<T> Dictionary { get; }

    public override void Restart(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        base.Restart(file, chunk, parts);
        _isTabulated = false;
        _isUnguarded = false;
        _isUncoded = false;
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
        if (_isUnguarded || !CanBeGuarded || !guards.Has(Field) || !TryStart())
        {
            return false;
        }

        ReadCodes(batch);
        if (_coded == Rows && !_isTabulated)
        {
            _table = Tabulate(guards, _table);
            _isTabulated = _table is not null;
        }

        if (_coded < Rows || !_isTabulated)
        {
            // Where a writer gave the dictionary up there are no more codes to come.
            _isUnguarded = true;
            return false;
        }

        table = _table!;
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
        ReadOnlySpan<T> dictionary = _coded > 0 ? Dictionary : [];
        for (int row = 0; row < _coded; row++)
        {
            values[row] = dictionary[(int)_codes[row]];
        }

        if (_coded < Rows)
        {
            // All of them: a footer is refused whose chunks have other numbers of rows than their group.
            Span<byte> validity = Validity(batch);
            Read(values[_coded..], validity.IsEmpty ? validity : validity[_coded..]);
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
            ReadOnlySpan<T> dictionary = Dictionary;
            foreach (int row in rows)
            {
                values[row] = dictionary[(int)_codes[row]];
            }
        }
        else if (_coded == 0 && TryStart())
        {
            _isMissing = false;
            Read(values, Validity(batch), rows);
        }
        else
        {
            Decode(batch);
        }
    }

    /// <summary>The current batch's codes; none where not all of its rows have one, or it was decoded already.</summary>
    protected ReadOnlySpan<uint> CodesOf(RecordBatch batch)
    {
        if (_coded < Rows && !_isUncoded && TryStart())
        {
            ReadCodes(batch);
            _isUncoded = _coded < Rows;
        }

        return _coded < Rows ? [] : _codes.AsSpan(0, Rows);
    }

    private void ReadCodes(RecordBatch batch)
    {
        _codes = _codes.Length == 0 ? new uint[ExecutionWorker.BatchRows] : _codes;
        _coded = ReadCodes(_codes.AsSpan(0, Rows), Validity(batch));
    }

    /// <summary>Reads the next rows as codes, as far as there are any; returns how many.</summary>
    protected abstract int ReadCodes(Span<uint> codes, Span<byte> validity);

    /// <summary>Reads the next rows.</summary>
    protected abstract void Read(Span<T> values, Span<byte> validity);

    /// <summary>Reads the next rows; others than these may be left out.</summary>
    protected abstract void Read(Span<T> values, Span<byte> validity, ReadOnlySpan<int> rows);

    /// <summary>Which of the dictionary's entries the filter can keep; null where they are too many.</summary>
    /// <param name="guards">Say so.</param>
    /// <param name="used">A table that is no longer looked at, or null.</param>
    protected abstract CodeTable? Tabulate(FilterGuards guards, CodeTable? used);
}

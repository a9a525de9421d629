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
    private RowCodes? _codes;
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

    public override bool TryReadCodes(RecordBatch batch, FilterGuards guards, [NotNullWhen(true)] out RowCodes? codes, [NotNullWhen(true)] out CodeTable? table)
    {
        codes = null;
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
        codes = _codes!;
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
        if (_coded > 0)
        {
            LookUp(_codes!, Dictionary, values);
        }

        if (_coded < Rows)
        {
            // All of them: a footer is refused whose chunks have other numbers of rows than their group.
            Span<byte> validity = Validity(batch);
            Read(values[_coded..], validity.IsEmpty ? validity : validity[_coded..]);
            Count(Rows - _coded);
        }
    }

    public override bool Decode(RecordBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain)
    {
        if (!_isMissing)
        {
            return false;
        }

        Span<T> values = batch.Values<T>(Field)[..Rows];
        if (_coded == Rows && grain == ChoiceGrain.Row)
        {
            LookUp(_codes!, Dictionary, values, rows);
        }
        else if (_coded == 0 && TryStart())
        {
            _isMissing = false;
            Read(values, Validity(batch), rows, grain);
            Count(Rows);
        }
        else
        {
            Decode(batch);
        }

        return true;
    }

    /// <summary>The current batch's codes; null where not all of its rows have one, or it was decoded already.</summary>
    protected RowCodes? CodesOf(RecordBatch batch)
    {
        if (_coded < Rows && !_isUncoded && TryStart())
        {
            ReadCodes(batch);
            _isUncoded = _coded < Rows;
        }

        return _coded < Rows ? null : _codes;
    }

    private void ReadCodes(RecordBatch batch)
    {
        _codes ??= new RowCodes(ExecutionWorker.BatchRows);
        _coded = ReadCodes(_codes, Rows, Validity(batch));
        Count(_coded);
    }

    private static void LookUp(RowCodes codes, ReadOnlySpan<T> dictionary, Span<T> values)
    {
        if (codes.Only is { } code)
        {
            values[..codes.Count].Fill(dictionary[(int)code]);
            return;
        }

        ReadOnlySpan<uint> listed = codes.Listed;
        int row = 0;
        foreach (CodeRun run in codes.Runs)
        {
            LookUp(listed[row..run.FirstRow], dictionary, values[row..]);
            values[run.FirstRow..run.EndRow].Fill(dictionary[(int)run.Code]);
            row = run.EndRow;
        }

        LookUp(listed[row..], dictionary, values[row..]);
    }

    private static void LookUp(ReadOnlySpan<uint> codes, ReadOnlySpan<T> dictionary, Span<T> values)
    {
        for (int row = 0; row < codes.Length; row++)
        {
            values[row] = dictionary[(int)codes[row]];
        }
    }

    private static void LookUp(RowCodes codes, ReadOnlySpan<T> dictionary, Span<T> values, ReadOnlySpan<int> rows)
    {
        if (codes.Only is { } code)
        {
            values[..codes.Count].Fill(dictionary[(int)code]);
            return;
        }

        ReadOnlySpan<uint> each = codes.Each();
        foreach (int row in rows)
        {
            values[row] = dictionary[(int)each[row]];
        }
    }

    /// <summary>Reads the next rows as codes, as far as there are any; returns how many.</summary>
    protected abstract int ReadCodes(RowCodes codes, int count, Span<byte> validity);

    /// <summary>Reads the next rows.</summary>
    protected abstract void Read(Span<T> values, Span<byte> validity);

    /// <summary>Reads the next rows; others than these may be left out.</summary>
    protected abstract void Read(Span<T> values, Span<byte> validity, ReadOnlySpan<int> rows, ChoiceGrain grain);

    /// <summary>Which of the dictionary's entries the filter can keep; null where they are too many.</summary>
    /// <param name="guards">Say so.</param>
    /// <param name="used">A table that is no longer looked at, or null.</param>
    protected abstract CodeTable? Tabulate(FilterGuards guards, CodeTable? used);
}

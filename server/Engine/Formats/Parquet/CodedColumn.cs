using System.Diagnostics.CodeAnalysis;
using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.Engine.Pruning;
using NearData.Parquet;
using NearData.Parquet.Values;
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

    // Values of the chunk aren't what was thought of them, and there may be more.
    private bool _isWide;

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
        _isWide = false;
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
        TryStart();
        Span<T> values = batch.Values<T>(Field)[..Rows];
        Span<byte> validity = Validity(batch);
        validity = validity.IsEmpty ? validity : validity[_coded..];
        if (ComesNarrow(batch))
        {
            NarrowValues narrow = batch.Narrow(Field)!;
            narrow.IsUsed = TryDecode(narrow, values, validity);
            _isWide = !narrow.IsUsed;
        }
        else
        {
            Decode(values, validity);
        }

        Count(Rows - _coded);
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
        else if (_coded == 0 && (grain == ChoiceGrain.Row || !ComesNarrow(batch)) && TryStart())
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

    // Whole batches only: code for 32 bits gains by all rows.
    private bool ComesNarrow(RecordBatch batch) => !_isWide && batch.Narrow(Field) is not null;

    private void Decode(Span<T> values, Span<byte> validity)
    {
        if (_coded > 0)
        {
            LookUp(_codes!, Dictionary, values);
        }

        if (_coded < Rows)
        {
            // All of them: a footer is refused whose chunks have other numbers of rows than their group.
            Read(values[_coded..], validity);
        }
    }

    /// <summary>Decodes to 32 bits; false where that can't be, and then the values are there in 64.</summary>
    private bool TryDecode(NarrowValues narrow, Span<T> values, Span<byte> validity)
    {
        NarrowNumbers range = new((int)narrow.Range.Minimum, (int)narrow.Range.Maximum);
        Span<int> words = narrow.Values[..Rows];
        if (_coded > 0)
        {
            ReadOnlySpan<int> dictionary = NarrowDictionary(range);
            if (dictionary.IsEmpty)
            {
                Decode(values, validity);
                return false;
            }

            LookUp(_codes!, dictionary, words);
        }

        if (_coded == Rows || ReadNarrow(words[_coded..], values[_coded..], validity, range))
        {
            return true;
        }

        if (_coded > 0)
        {
            LookUp(_codes!, Dictionary, values);
        }

        return false;
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

    private static void LookUp<TEntry>(RowCodes codes, ReadOnlySpan<TEntry> dictionary, Span<TEntry> values)
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

    private static void LookUp<TEntry>(ReadOnlySpan<uint> codes, ReadOnlySpan<TEntry> dictionary, Span<TEntry> values)
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

    /// <summary>The dictionary, and behind it the value of null rows, in 32 bits; none where one is out of the range.</summary>
    protected virtual ReadOnlySpan<int> NarrowDictionary(NarrowNumbers range) => [];

    /// <summary>Reads the next rows to 32 bits; false where a value is out of the range, and then they are in 64.</summary>
    protected virtual bool ReadNarrow(Span<int> narrow, Span<T> values, Span<byte> validity, NarrowNumbers range)
    {
        Read(values, validity);
        return false;
    }

    /// <summary>Reads the next rows; others than these may be left out.</summary>
    protected abstract void Read(Span<T> values, Span<byte> validity, ReadOnlySpan<int> rows, ChoiceGrain grain);

    /// <summary>Which of the dictionary's entries the filter can keep; null where they are too many.</summary>
    /// <param name="guards">Say so.</param>
    /// <param name="used">A table that is no longer looked at, or null.</param>
    protected abstract CodeTable? Tabulate(FilterGuards guards, CodeTable? used);
}

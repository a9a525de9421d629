using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet;

/// <summary>
/// Reads the rows of one column chunk, from first to last. Its buffers serve all pages, so a chunk costs a constant number of
/// allocations. A column that repeats has entries instead of rows: one per value, and one per list that is empty or missing; it is
/// read with its levels. Not thread-safe; after an exception only <see cref="Dispose"/> may be called.
/// </summary>
public sealed class ColumnReader : IDisposable
{
    private const int ValidityBatchLength = 4096;

    private readonly string _file;
    private readonly ParquetColumn _column;
    private readonly PageCursor _pages;
    private readonly LevelReader _definition;
    private readonly LevelReader _repetition;
    private byte[] _validity = [];
    private DecoderSet? _decoders;
    private bool _hasDictionary;
    private int _pageRowsLeft;
    private long _unread;

    private ColumnReader(string file, ColumnChunk chunk, long rows, ChunkBytes first, ChunkBytes rest)
    {
        _file = file;
        _column = chunk.Column;
        _definition = new LevelReader(_column.MaxDefinition, "definition levels");
        _repetition = new LevelReader(_column.MaxRepetition, "repetition levels");
        _pages = new PageCursor(file, chunk, first, rest);
        RowsLeft = rows;
    }

    /// <summary>Rows, or entries, that were neither read nor skipped.</summary>
    public long RowsLeft { get; private set; }

    /// <summary>Opens a chunk.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk, out of the file's footer.</param>
    /// <param name="bytes">
    /// Its bytes as they lie in the file; the caller keeps them unchanged until the reader is disposed.
    /// </param>
    /// <exception cref="ParquetUnsupportedException">The chunk is encrypted or elsewhere, or its codec isn't read.</exception>
    public static ColumnReader Open(string file, ColumnChunk chunk, ReadOnlyMemory<byte> bytes)
    {
        CheckReadable(file, chunk);
        CheckLength(file, chunk, bytes, chunk.CompressedLength);
        return new ColumnReader(file, chunk, chunk.ValueCount, new ChunkBytes(chunk.Offset, bytes), default);
    }

    /// <summary>Opens some pages of a chunk. The column must not repeat: its pages' rows are known, their entries aren't.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk, out of the file's footer.</param>
    /// <param name="slice">The pages, out of the chunk's offset index.</param>
    /// <param name="dictionary">The bytes of the slice's dictionary; kept unchanged as long as the reader is used.</param>
    /// <param name="pages">The bytes of the slice's pages; kept unchanged as long as the reader is used.</param>
    /// <exception cref="ParquetUnsupportedException">The chunk is encrypted or elsewhere, or its codec isn't read.</exception>
    public static ColumnReader Open(
        string file, ColumnChunk chunk, ChunkSlice slice, ReadOnlyMemory<byte> dictionary, ReadOnlyMemory<byte> pages)
    {
        CheckReadable(file, chunk);
        CheckLength(file, chunk, dictionary, slice.Dictionary.Length);
        CheckLength(file, chunk, pages, slice.Pages.Length);
        ColumnReader reader = new(
            file, chunk, slice.RowCount, new ChunkBytes(slice.Dictionary.Offset, dictionary), new ChunkBytes(slice.Pages.Offset, pages));
        reader.CheckOnePerRow();
        return reader;
    }

    /// <summary>
    /// Reads the next rows as numbers, one value per row: a null row has the default value. The first call decides the type for
    /// the whole chunk. Types: <see cref="byte"/> (0 or 1) for BOOLEAN; for integers, dates, times, timestamps and decimals each
    /// integer type that holds every value of the declared width and sign; <see cref="float"/> and <see cref="double"/>;
    /// <see cref="long"/> (up to 18 digits) and <see cref="Int128"/> (up to 38) for decimals in byte arrays.
    /// </summary>
    /// <param name="values">Filled from its start.</param>
    /// <param name="validity">
    /// Per row 1, or 0 for null; at least as long as <paramref name="values"/>, or empty when no row is null.
    /// </param>
    /// <returns>How many rows were read: the length of <paramref name="values"/>, or fewer at the chunk's end.</returns>
    /// <exception cref="ColumnAccessException">The type can't hold the column's values, or a null has no place to go.</exception>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    /// <exception cref="ParquetUnsupportedException">A page has an encoding that isn't read.</exception>
    public int Read<T>(Span<T> values, Span<byte> validity)
        where T : unmanaged
    {
        CheckOnePerRow();
        NumberDecoders<T> decoders = Numbers<T>();
        if (!validity.IsEmpty && validity.Length < values.Length)
        {
            throw new ColumnAccessException(
                _file, _column.Path, $"{validity.Length} validity bytes are too few for {values.Length} values.");
        }

        int total = (int)Math.Min(values.Length, RowsLeft);
        for (int done = 0; done < total;)
        {
            int rows = EnterPage(total - done);
            if (_column.IsNullable)
            {
                Span<byte> valid = validity.IsEmpty ? ValidityBatch(ref rows) : validity.Slice(done, rows);
                ReadNullable(decoders, values.Slice(done, rows), valid, mayBeNull: !validity.IsEmpty);
            }
            else
            {
                decoders.Read(values.Slice(done, rows));
                validity.Slice(Math.Min(done, validity.Length), validity.IsEmpty ? 0 : rows).Fill(1);
            }

            Leave(rows);
            done += rows;
        }

        return total;
    }

    /// <summary>Reads the next rows of a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96 column.</summary>
    /// <param name="batch">Cleared, then filled.</param>
    /// <param name="count">Rows wanted.</param>
    /// <returns>How many rows were read: <paramref name="count"/>, or fewer at the chunk's end.</returns>
    /// <exception cref="ColumnAccessException">The column has another type.</exception>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    /// <exception cref="ParquetUnsupportedException">A page has an encoding that isn't read.</exception>
    public int ReadBytes(ByteArrayBatch batch, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        CheckOnePerRow();
        ByteArrayDecoders decoders = Bytes();
        batch.Clear();
        int total = (int)Math.Min(count, RowsLeft);
        for (int done = 0; done < total;)
        {
            int rows = EnterPage(total - done);
            if (_column.IsNullable)
            {
                Span<byte> valid = ValidityBatch(ref rows);
                decoders.Read(batch, _definition.ReadValidity(valid));
                batch.SpreadOverNulls(valid);
            }
            else
            {
                decoders.Read(batch, rows);
            }

            Leave(rows);
            done += rows;
        }

        return total;
    }

    /// <summary>
    /// Reads the next entries of a column, repeated or not, as numbers with their levels, which say where in the row each stands
    /// (README.md of the format, Nested Encoding): a repetition level of 0 begins a row; a definition level of
    /// <see cref="ParquetColumn.MaxDefinition"/> has a value, each lower one is absent at that depth and has the default value.
    /// </summary>
    /// <param name="values">Filled from its start; types as in <see cref="Read"/>.</param>
    /// <param name="definition">At least as long as <paramref name="values"/>.</param>
    /// <param name="repetition">At least as long as <paramref name="values"/>.</param>
    /// <returns>How many entries were read: the length of <paramref name="values"/>, or fewer at the chunk's end.</returns>
    /// <exception cref="ColumnAccessException">The type can't hold the column's values.</exception>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    /// <exception cref="ParquetUnsupportedException">A page has an encoding that isn't read.</exception>
    public int ReadEntries<T>(Span<T> values, Span<byte> definition, Span<byte> repetition)
        where T : unmanaged
    {
        NumberDecoders<T> decoders = Numbers<T>();
        int total = (int)Math.Min(values.Length, RowsLeft);
        for (int done = 0; done < total;)
        {
            int entries = EnterPage(total - done);
            Span<byte> valid = ValidityBatch(ref entries);
            int present = ReadLevels(definition.Slice(done, entries), repetition.Slice(done, entries), valid);
            Span<T> part = values.Slice(done, entries);
            decoders.Read(part[..present]);
            NullSpread.Apply(part, valid, present);
            Leave(entries);
            done += entries;
        }

        return total;
    }

    /// <summary>As <see cref="ReadEntries"/>, as bytes; an entry without a value is a null in the batch.</summary>
    /// <param name="batch">Cleared, then filled.</param>
    /// <param name="definition">One per entry wanted.</param>
    /// <param name="repetition">At least as long as <paramref name="definition"/>.</param>
    public int ReadByteEntries(ByteArrayBatch batch, Span<byte> definition, Span<byte> repetition)
    {
        ByteArrayDecoders decoders = Bytes();
        batch.Clear();
        int total = (int)Math.Min(definition.Length, RowsLeft);
        for (int done = 0; done < total;)
        {
            int entries = EnterPage(total - done);
            Span<byte> valid = ValidityBatch(ref entries);
            decoders.Read(batch, ReadLevels(definition.Slice(done, entries), repetition.Slice(done, entries), valid));
            batch.SpreadOverNulls(valid);
            Leave(entries);
            done += entries;
        }

        return total;
    }

    /// <summary>Passes over rows, or entries of a column that repeats. Whole pages are passed over without being decompressed.</summary>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    public void Skip(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, RowsLeft);
        if (_decoders is null)
        {
            // Without a type there is no decoder yet: the first read passes over these rows before its own.
            _unread += rows;
            RowsLeft -= rows;
        }
        else
        {
            Pass(rows);
        }
    }

    public void Dispose() => _pages.Dispose();

    private int ReadLevels(Span<byte> definition, Span<byte> repetition, Span<byte> validity)
    {
        _repetition.Read(repetition);
        int present = _definition.Read(definition);
        if (_column.IsNullable)
        {
            _definition.ToValidity(definition, validity);
        }
        else
        {
            validity.Fill(1);
        }

        return present;
    }

    private static void CheckReadable(string file, ColumnChunk chunk)
    {
        if (chunk.Obstacle is { } obstacle)
        {
            throw new ParquetUnsupportedException(file, chunk.Column.Path, obstacle);
        }
    }

    private static void CheckLength(string file, ColumnChunk chunk, ReadOnlyMemory<byte> bytes, long expected)
    {
        if (bytes.Length != expected)
        {
            throw new ColumnAccessException(file, chunk.Column.Path, $"{bytes.Length} bytes were given for {expected}.");
        }
    }

    private void CheckOnePerRow()
    {
        if (_column.IsRepeated)
        {
            throw new ColumnAccessException(_file, _column.Path, "A row may have several values: read the column's entries.");
        }
    }

    private NumberDecoders<T> Numbers<T>()
        where T : unmanaged =>
        _decoders is null ? Bind(NumbersOf<T>()) : Bound<NumberDecoders<T>>(typeof(T).Name);

    private ByteArrayDecoders Bytes() => _decoders is null ? Bind(BytesOf()) : Bound<ByteArrayDecoders>("bytes");

    private NumberDecoders<T> NumbersOf<T>()
        where T : unmanaged =>
        NumberLayouts.For<T>(_column) is { } layout
            ? new NumberDecoders<T>(_column, layout)
            : throw new ColumnAccessException(_file, _column.Path, $"{_column.Described} can't be read as {typeof(T).Name}.");

    private ByteArrayDecoders BytesOf() => _column.PhysicalType switch
    {
        PhysicalType.ByteArray => new ByteArrayDecoders(width: 0),
        PhysicalType.FixedLenByteArray => new ByteArrayDecoders(_column.TypeLength),
        PhysicalType.Int96 => new ByteArrayDecoders(width: 12),
        _ => throw new ColumnAccessException(_file, _column.Path, $"{_column.Described} can't be read as bytes."),
    };

    private TDecoders Bind<TDecoders>(TDecoders decoders)
        where TDecoders : DecoderSet
    {
        _decoders = decoders;
        (long passed, _unread) = (_unread, 0);
        RowsLeft += passed;
        Pass(passed);
        return decoders;
    }

    private TDecoders Bound<TDecoders>(string wanted)
        where TDecoders : DecoderSet =>
        _decoders as TDecoders
        ?? throw new ColumnAccessException(
            _file, _column.Path, $"The chunk is being read as another type than {wanted}: open it again.");

    private void ReadNullable<T>(NumberDecoders<T> decoders, Span<T> values, Span<byte> validity, bool mayBeNull)
        where T : unmanaged
    {
        int present = _definition.ReadValidity(validity);
        if (present < values.Length && !mayBeNull)
        {
            throw new ColumnAccessException(
                _file, _column.Path, "The chunk has nulls, and there is no validity to tell them by.");
        }

        decoders.Read(values[..present]);
        NullSpread.Apply(values, validity, present);
    }

    private Span<byte> ValidityBatch(ref int rows)
    {
        if (_validity.Length == 0)
        {
            _validity = new byte[ValidityBatchLength];
        }

        rows = Math.Min(rows, _validity.Length);
        return _validity.AsSpan(0, rows);
    }

    private void Pass(long rows)
    {
        for (int passed; rows > 0; rows -= passed)
        {
            if (_pageRowsLeft == 0)
            {
                MoveToData();
                passed = _pages.Header.ValueCount;
                if (passed <= rows)
                {
                    RowsLeft -= passed;
                    continue;
                }

                OpenPage();
            }

            passed = (int)Math.Min(rows, _pageRowsLeft);
            _repetition.Skip(passed);
            _decoders!.Skip(_definition.Skip(passed));
            Leave(passed);
        }
    }

    /// <summary>Makes sure that a page is open; gives how many of the wanted rows it has.</summary>
    private int EnterPage(int wanted)
    {
        while (_pageRowsLeft == 0)
        {
            MoveToData();
            OpenPage();
        }

        return Math.Min(wanted, _pageRowsLeft);
    }

    private void Leave(int rows)
    {
        _pageRowsLeft -= rows;
        RowsLeft -= rows;
    }

    private void MoveToData()
    {
        _pages.MoveNext(RowsLeft);
        while (_pages.Header.Type is not (PageType.Data or PageType.DataV2))
        {
            if (_pages.Header.Type == PageType.Dictionary)
            {
                LoadDictionary();
            }

            _pages.MoveNext(RowsLeft);
        }
    }

    private void LoadDictionary()
    {
        if (_hasDictionary)
        {
            throw _pages.Place.Broken("The column chunk has a second dictionary page.");
        }

        // PLAIN_DICTIONARY is the older name for a dictionary of PLAIN values.
        if (_pages.Header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
        {
            throw new ParquetUnsupportedException(_file, _column.Path, $"dictionary encoding {_pages.Header.Encoding}");
        }

        _decoders!.LoadDictionary(_pages.Open(), _pages.Header.ValueCount);
        _hasDictionary = true;
    }

    private void OpenPage()
    {
        PageValues content = _pages.Open();
        PageHeader header = _pages.Header;
        if (header.Type == PageType.DataV2)
        {
            int values = header.RepetitionLevelLength + header.DefinitionLevelLength;
            _repetition.Initialize(content with { Bytes = content.Bytes[..header.RepetitionLevelLength] });
            _definition.Initialize(content with { Bytes = content.Bytes[header.RepetitionLevelLength..values] });
            content = content with { Bytes = content.Bytes[values..] };
        }
        else
        {
            content = CutLevels(_repetition, header.RepetitionEncoding, content);
            content = CutLevels(_definition, header.DefinitionEncoding, content);
        }

        if (!_decoders!.TryInitialize(header.Encoding, content))
        {
            throw new ParquetUnsupportedException(_file, _column.Path, $"encoding {header.Encoding}");
        }

        _pageRowsLeft = header.ValueCount;
    }

    private PageValues CutLevels(LevelReader levels, PageEncoding encoding, PageValues content) =>
        levels.Cut(encoding, content, _pages.Header.ValueCount)
        ?? throw new ParquetUnsupportedException(_file, _column.Path, $"level encoding {encoding}");
}

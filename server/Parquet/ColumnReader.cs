using System.Diagnostics.CodeAnalysis;
using NearData.Parquet.Encodings;
using NearData.Parquet.Reading;
using NearData.Parquet.Values;

namespace NearData.Parquet;

/// <summary>
/// Reads the rows of one column chunk, from first to last, and then of others. Its buffers serve all pages and all chunks, so a column
/// costs a constant number of allocations. A column that repeats has entries instead of rows: one per value, and one per list that is
/// empty or missing; it is read with its levels. Not thread-safe; after an exception only <see cref="Dispose"/> may be called.
/// </summary>
public sealed class ColumnReader : IDisposable
{
    private string _file = "";
    private ParquetColumn _column;
    private ChunkRows _rows;
    private RowReader _reader;
    private EntryReader _entries;
    private long _earlierPages;

    private ColumnReader(ParquetColumn column)
    {
        _column = column;
        Bind(column);
    }

    /// <summary>Data pages that were opened, and decompressed where they are compressed, since the reader was made.</summary>
    public long PagesOpened => _earlierPages + _rows.PagesOpened;

    /// <summary>Rows, or entries, that were neither read nor skipped.</summary>
    public long RowsLeft => _rows.Left;

    /// <summary>Opens a chunk.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk, out of the file's footer.</param>
    /// <param name="bytes">
    /// Its bytes as they lie in the file; the caller keeps them unchanged until the reader is disposed.
    /// </param>
    /// <exception cref="ParquetUnsupportedException">The chunk is encrypted or elsewhere, or its codec isn't read.</exception>
    public static ColumnReader Open(string file, ColumnChunk chunk, ReadOnlyMemory<byte> bytes) => Open(file, chunk, [WholeOf(chunk, bytes)]);

    /// <summary>Opens some pages of a chunk. The column must not repeat: its pages' rows are known, their entries aren't.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk, out of the file's footer.</param>
    /// <param name="parts">
    /// The pages, and before them the dictionary, as <see cref="OffsetIndex.Slices"/> names them; the caller keeps their bytes unchanged until
    /// the reader is disposed. The chunk's other rows can only be skipped.
    /// </param>
    /// <exception cref="ParquetUnsupportedException">The chunk is encrypted or elsewhere, or its codec isn't read.</exception>
    public static ColumnReader Open(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        ColumnReader reader = new(chunk.Column);
        try
        {
            reader.Start(file, chunk, parts);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The whole of a chunk, as <see cref="Open(string, ColumnChunk, ReadOnlySpan{ChunkPart})"/> takes it.</summary>
    public static ChunkPart WholeOf(ColumnChunk chunk, ReadOnlyMemory<byte> bytes) =>
        new(ChunkSlice.Whole(chunk), bytes);

    /// <summary>
    /// Goes on with another chunk: what was read of the one before isn't looked at any more. Where the column is the same, so is the
    /// type that it is read as, and what was allocated serves this chunk too.
    /// </summary>
    /// <inheritdoc cref="Open(string, ColumnChunk, ReadOnlySpan{ChunkPart})"/>
    public void Start(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        if (chunk.Obstacle is { } obstacle)
        {
            throw new ParquetUnsupportedException(file, chunk.Column.Path, obstacle);
        }

        ChunkPart.Check(file, chunk, parts);
        if (chunk.Column != _column)
        {
            _rows.Dispose();
            _earlierPages = PagesOpened;
            Bind(chunk.Column);
        }

        _file = file;
        _column = chunk.Column;
        _rows.Start(file, chunk, parts);
    }

    /// <summary>
    /// Reads the next rows as numbers, one value per row: a null row has the default value. The first call decides the type for
    /// the column's chunks. Types: <see cref="byte"/> (0 or 1) for BOOLEAN; for integers, dates, times, timestamps and decimals each
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
        where T : unmanaged =>
        Read(values, validity, RowChoice.All);

    /// <summary>
    /// As <see cref="Read{T}(Span{T}, Span{byte})"/>, where only some of the rows are wanted: what the others' places hold afterwards
    /// is not defined, and they may have cost less: a page that has none of them isn't opened.
    /// </summary>
    /// <param name="values">Filled where rows are wanted.</param>
    /// <param name="validity">As there, where rows are wanted.</param>
    /// <param name="rows">Positions in <paramref name="values"/>, ascending.</param>
    /// <param name="grain">What of the others is left out.</param>
    public int Read<T>(Span<T> values, Span<byte> validity, ReadOnlySpan<int> rows, ChoiceGrain grain)
        where T : unmanaged =>
        Read(values, validity, RowChoice.Of(rows, grain));

    /// <summary>
    /// As <see cref="Read{T}(Span{T}, Span{byte})"/>, of a <see cref="long"/> or <see cref="ulong"/>, in 32 bits where all of the rows' values are in a range:
    /// each is looked at. Where one isn't, all are read in 64 bits.
    /// </summary>
    /// <param name="narrow">Filled from its start where all are in the range; has the length of <paramref name="values"/>.</param>
    /// <param name="values">Filled from its start where they aren't; what it holds otherwise is not defined.</param>
    /// <param name="validity">As there.</param>
    /// <param name="range">The range, with zero in it, which nulls have.</param>
    /// <returns>Whether they are in 32 bits.</returns>
    public bool ReadNarrow<T>(Span<int> narrow, Span<T> values, Span<byte> validity, NarrowNumbers range)
        where T : unmanaged
    {
        bool isNarrow = true;
        _reader.Read(_file, values.Length, validity, new NarrowTarget<T>(_rows.Numbers<T>(), narrow, values, range, ref isNarrow));
        return isNarrow;
    }

    /// <summary>
    /// Reads the next rows as codes of the chunk's dictionary, up to the first page that has values instead of codes: a writer gives
    /// a dictionary up that grows too large. The type is decided as by <see cref="Read{T}(Span{T}, Span{byte})"/>.
    /// </summary>
    /// <param name="codes">
    /// Cleared, then filled: each is an index into <see cref="Dictionary{T}"/>, whose last entry is the one for null rows.
    /// </param>
    /// <param name="count">Rows wanted, at most as many as <paramref name="codes"/> has room for.</param>
    /// <param name="validity">As there.</param>
    /// <returns>How many rows were read: fewer than <paramref name="count"/> where such a page follows, or at the chunk's end.</returns>
    /// <exception cref="ColumnAccessException">The type can't hold the column's values, or a null has no place to go.</exception>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    /// <exception cref="ParquetUnsupportedException">A page has an encoding that isn't read.</exception>
    public int ReadCodes<T>(RowCodes codes, int count, Span<byte> validity)
        where T : unmanaged =>
        ReadCodes(_rows.Numbers<T>(), codes, count, validity);

    /// <summary>As <see cref="ReadCodes{T}"/>, of text or bytes: codes are indices into <see cref="DictionaryPlaces"/>.</summary>
    public int ReadByteCodes(RowCodes codes, int count, Span<byte> validity) => ReadCodes(_rows.Bytes(), codes, count, validity);

    /// <summary>
    /// The dictionary that codes are indices into, once any were read: its entries, and behind them the default value for null rows. Valid
    /// until the next chunk is started.
    /// </summary>
    public ReadOnlySpan<T> Dictionary<T>()
        where T : unmanaged =>
        _rows.Numbers<T>().Entries;

    /// <summary>As <see cref="Dictionary{T}"/>, of a <see cref="long"/> or <see cref="ulong"/>, in 32 bits; empty where an entry is out of a range.</summary>
    public ReadOnlySpan<int> NarrowDictionary<T>(NarrowNumbers range)
        where T : unmanaged =>
        _rows.Numbers<T>().NarrowEntries(range);

    /// <summary>As <see cref="Dictionary{T}"/>, of text or bytes, without the value for null rows.</summary>
    public ByteArrayBatch ByteDictionary => _rows.Bytes().Entries;

    /// <summary>Where the entries of <see cref="ByteDictionary"/> are, and behind them the place of null rows.</summary>
    public ReadOnlySpan<BytesPlace> DictionaryPlaces => _rows.Bytes().Places;

    private int Read<T>(Span<T> values, Span<byte> validity, RowChoice wanted)
        where T : unmanaged
    {
        NumberDecoders<T> decoders = _rows.Numbers<T>();
        return validity.IsEmpty || validity.Length >= values.Length
            ? _reader.Read(_file, values.Length, validity, new NumberTarget<T>(decoders, values, wanted))
            : throw new ColumnAccessException(_file, _column.Path, $"{validity.Length} validity bytes are too few for {values.Length} values.");
    }

    private int Locate(Span<BytesPlace> places, Span<byte> validity, ByteArrayBatch batch, RowChoice wanted)
    {
        ByteArrayDecoders decoders = _rows.Bytes();
        batch.Clear();
        return _reader.Read(_file, places.Length, validity, new PlaceTarget(decoders, places, batch, wanted));
    }

    private int ReadCodes(DecoderSet decoders, RowCodes codes, int count, Span<byte> validity)
    {
        codes.Clear();
        return _reader.Read(_file, count, validity, new CodeTarget(decoders, codes));
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
        ByteArrayDecoders decoders = _rows.Bytes();
        batch.Clear();
        return _reader.Read(_file, count, [], new BytesTarget(decoders, batch));
    }

    /// <summary>
    /// As <see cref="ReadBytes"/>, but says where the values are: those that are in the chunk's dictionary are left there, the others go
    /// to a batch. They are there until the batch is cleared and the next chunk started, or the reader disposed.
    /// </summary>
    /// <param name="places">Filled from its start.</param>
    /// <param name="validity">As for <see cref="Read{T}(Span{T}, Span{byte})"/>.</param>
    /// <param name="batch">Cleared, then given the values that no dictionary has.</param>
    /// <returns>How many rows were read: the length of <paramref name="places"/>, or fewer at the chunk's end.</returns>
    /// <exception cref="ColumnAccessException">The column has another type, or a null has no place to go.</exception>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    /// <exception cref="ParquetUnsupportedException">A page has an encoding that isn't read.</exception>
    public int Locate(Span<BytesPlace> places, Span<byte> validity, ByteArrayBatch batch) => Locate(places, validity, batch, RowChoice.All);

    /// <summary>As <see cref="Locate(Span{BytesPlace}, Span{byte}, ByteArrayBatch)"/>, where only some of the rows are wanted.</summary>
    /// <inheritdoc cref="Read{T}(Span{T}, Span{byte}, ReadOnlySpan{int}, ChoiceGrain)"/>
    public int Locate(Span<BytesPlace> places, Span<byte> validity, ByteArrayBatch batch, ReadOnlySpan<int> rows, ChoiceGrain grain) =>
        Locate(places, validity, batch, RowChoice.Of(rows, grain));

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
        where T : unmanaged =>
        _entries.Read(values, definition, repetition);

    /// <summary>As <see cref="ReadEntries"/>, as bytes; an entry without a value is a null in the batch.</summary>
    /// <param name="batch">Cleared, then filled.</param>
    /// <param name="definition">One per entry wanted.</param>
    /// <param name="repetition">At least as long as <paramref name="definition"/>.</param>
    public int ReadByteEntries(ByteArrayBatch batch, Span<byte> definition, Span<byte> repetition)
    {
        batch.Clear();
        return _entries.Read(batch, definition, repetition);
    }

    /// <summary>Passes over rows, or entries of a column that repeats. Pages are only opened once rows of them are read.</summary>
    /// <exception cref="ParquetFormatException">The chunk is broken.</exception>
    public void Skip(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, RowsLeft);
        _rows.Skip(rows);
    }

    public void Dispose() => _rows.Dispose();

    [MemberNotNull(nameof(_rows), nameof(_reader), nameof(_entries))]
    private void Bind(ParquetColumn column)
    {
        _rows = new ChunkRows(column);
        _reader = new RowReader(column, _rows);
        _entries = new EntryReader(column, _rows, _reader);
    }
}

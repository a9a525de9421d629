using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet;

/// <summary>
/// Reads the rows of one column chunk, from first to last. Its buffers serve all pages, so a chunk costs a constant number of
/// allocations. Not thread-safe; after an exception only <see cref="Dispose"/> may be called.
/// </summary>
public sealed class ColumnReader : IDisposable
{
    private const int ValidityBatchLength = 4096;

    private readonly string _file;
    private readonly ParquetColumn _column;
    private readonly PageCursor _pages;
    private readonly LevelDecoder _levels = new();
    private byte[] _validity = [];
    private DecoderSet? _decoders;
    private bool _hasDictionary;
    private int _pageRowsLeft;
    private long _unread;

    private ColumnReader(string file, ColumnChunk chunk, ReadOnlyMemory<byte> bytes)
    {
        _file = file;
        _column = chunk.Column;
        _pages = new PageCursor(file, chunk, bytes);
        RowsLeft = chunk.ValueCount;
    }

    /// <summary>Rows that were neither read nor skipped.</summary>
    public long RowsLeft { get; private set; }

    /// <summary>Opens a chunk.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk, out of the file's footer.</param>
    /// <param name="bytes">
    /// Its bytes as they lie in the file; the caller keeps them unchanged until the reader is disposed.
    /// </param>
    /// <exception cref="ParquetUnsupportedException">The column is nested, or its codec isn't read.</exception>
    public static ColumnReader Open(string file, ColumnChunk chunk, ReadOnlyMemory<byte> bytes)
    {
        if (chunk.Column.IsNested)
        {
            throw new ParquetUnsupportedException(file, chunk.Column.Path, "a nested column");
        }

        return bytes.Length == chunk.CompressedLength
            ? new ColumnReader(file, chunk, bytes)
            : throw new ColumnAccessException(
                file, chunk.Column.Path, $"{bytes.Length} bytes were given for a chunk of {chunk.CompressedLength}.");
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
        NumberDecoders<T> decoders = _decoders is null ? Bind(NumbersOf<T>()) : Bound<NumberDecoders<T>>(typeof(T).Name);
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
        ByteArrayDecoders decoders = _decoders is null ? Bind(BytesOf()) : Bound<ByteArrayDecoders>("bytes");
        batch.Clear();
        int total = (int)Math.Min(count, RowsLeft);
        for (int done = 0; done < total;)
        {
            int rows = EnterPage(total - done);
            if (_column.IsNullable)
            {
                Span<byte> valid = ValidityBatch(ref rows);
                decoders.Read(batch, _levels.Read(valid));
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

    /// <summary>Passes over rows. Whole pages are passed over without being decompressed.</summary>
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

    private NumberDecoders<T> NumbersOf<T>()
        where T : unmanaged
    {
        if (_column.PhysicalType == PhysicalType.Boolean && typeof(T) == typeof(byte))
        {
            return (NumberDecoders<T>)(object)new NumberDecoders<byte>(new BooleanPlainDecoder(), new BooleanRunDecoder());
        }

        return NumberLayouts.For<T>(_column) is { } layout
            ? new NumberDecoders<T>(layout)
            : throw new ColumnAccessException(_file, _column.Path, $"{_column.Described} can't be read as {typeof(T).Name}.");
    }

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
        int present = _levels.Read(validity);
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
            _decoders!.Skip(_column.IsNullable ? _levels.Skip(passed) : passed);
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
            _levels.Initialize(content with { Bytes = content.Bytes[header.RepetitionLevelLength..values] });
            content = content with { Bytes = content.Bytes[values..] };
        }
        else if (_column.IsNullable)
        {
            if (header.LevelEncoding != PageEncoding.Rle)
            {
                throw new ParquetUnsupportedException(_file, _column.Path, $"level encoding {header.LevelEncoding}");
            }

            _levels.Initialize(LevelDecoder.CutPrefixed(content, out content));
        }

        if (!_decoders!.TryInitialize(header.Encoding, content))
        {
            throw new ParquetUnsupportedException(_file, _column.Path, $"encoding {header.Encoding}");
        }

        _pageRowsLeft = header.ValueCount;
    }
}

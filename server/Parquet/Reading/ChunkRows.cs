using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;
using NearData.Parquet.Values;

namespace NearData.Parquet.Reading;

/// <summary>
/// Walks over the rows of a column chunk, or the entries of one that repeats, page by page, and opens each page with the decoders
/// that the column is read with. One chunk after the other; one thread.
/// </summary>
internal sealed class ChunkRows : IDisposable
{
    private readonly ParquetColumn _column;
    private readonly PageCursor _pages = new();
    private string _file = "";
    private long _total;
    private DecoderSet? _decoders;
    private bool _hasDictionary;
    private int _pageRowsLeft;
    private bool _isOpen;
    private int _passed;
    private long _unread;

    public ChunkRows(ParquetColumn column)
    {
        _column = column;
        Definition = new LevelReader(column.MaxDefinition, "definition levels");
        Repetition = new LevelReader(column.MaxRepetition, "repetition levels");
    }

    /// <summary>Rows that were neither read nor skipped.</summary>
    public long Left { get; private set; }

    /// <summary>Data pages that were opened, and decompressed, of all chunks.</summary>
    public long PagesOpened { get; private set; }

    public LevelReader Definition { get; }

    public LevelReader Repetition { get; }

    private long Row => _total - Left;

    /// <summary>Starts a chunk of the column. What it is read with stays, and its memory.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="parts">What is there of it.</param>
    public void Start(string file, ColumnChunk chunk, ReadOnlySpan<ChunkPart> parts)
    {
        _pages.Start(file, chunk, parts);
        _decoders?.Reset();
        _file = file;
        _total = chunk.ValueCount;
        Left = chunk.ValueCount;
        _hasDictionary = false;
        _pageRowsLeft = 0;
        _unread = 0;
    }

    /// <summary>What numbers are read with: the first asked for decides the type.</summary>
    /// <exception cref="ColumnAccessException">The type can't hold the column's values, or another was decided.</exception>
    public NumberDecoders<T> Numbers<T>()
        where T : unmanaged =>
        _decoders is null ? Bind(NumbersOf<T>()) : Bound<NumberDecoders<T>>(typeof(T).Name);

    /// <inheritdoc cref="Numbers{T}"/>
    public ByteArrayDecoders Bytes() => _decoders is null ? Bind(BytesOf()) : Bound<ByteArrayDecoders>("bytes");

    /// <summary>Passes over rows. No page is opened for it.</summary>
    public void Skip(long rows)
    {
        if (_decoders is null)
        {
            // Without a type there is no decoder yet: the first read passes over these rows before its own.
            _unread += rows;
            Left -= rows;
        }
        else
        {
            Pass(rows);
        }
    }

    /// <summary>Makes sure that the next rows' page is open; gives how many of the wanted rows it has.</summary>
    public int Enter(int wanted)
    {
        int found = Find(wanted);
        Open();
        return found;
    }

    /// <summary>Finds the next rows' page, which isn't looked into; gives how many of the wanted rows it has.</summary>
    public int Find(int wanted)
    {
        while (_pageRowsLeft == 0)
        {
            if (!TryMoveToData(out long missing))
            {
                throw new ColumnAccessException(_file, _column.Path, $"{missing} rows from row {Row} on lie in pages that weren't given.");
            }
        }

        return Math.Min(wanted, _pageRowsLeft);
    }

    /// <summary>Opens the page that was found, unless that was done.</summary>
    public void Open()
    {
        if (!_isOpen)
        {
            OpenPage();
            _isOpen = true;
            PassValues(_passed);
        }
    }

    /// <summary>Notes that rows of the present page were read.</summary>
    public void Leave(int rows)
    {
        _pageRowsLeft -= rows;
        Left -= rows;
    }

    public void Dispose() => _pages.Dispose();

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

    private TDecoders Bound<TDecoders>(string wanted)
        where TDecoders : DecoderSet =>
        _decoders as TDecoders
        ?? throw new ColumnAccessException(
            _file, _column.Path, $"The chunk is being read as another type than {wanted}: open it again.");

    private TDecoders Bind<TDecoders>(TDecoders decoders)
        where TDecoders : DecoderSet
    {
        _decoders = decoders;
        (long passed, _unread) = (_unread, 0);
        Left += passed;
        Pass(passed);
        return decoders;
    }

    private void Pass(long rows)
    {
        while (rows > 0)
        {
            long passed = PassPage(rows);
            rows -= passed;
            Left -= passed;
        }
    }

    /// <summary>Passes over rows that aren't there, or rows of a page; gives how many.</summary>
    private long PassPage(long rows)
    {
        if (_pageRowsLeft == 0 && !TryMoveToData(out long missing))
        {
            return Math.Min(rows, missing);
        }

        int passed = (int)Math.Min(rows, _pageRowsLeft);
        if (_isOpen)
        {
            PassValues(passed);
        }
        else
        {
            _passed += passed;
        }

        _pageRowsLeft -= passed;
        return passed;
    }

    private void PassValues(int rows)
    {
        Repetition.Skip(rows);
        _decoders!.Skip(Definition.Skip(rows));
    }

    /// <summary>Moves to the next data page, which isn't opened; false where the next rows' pages aren't there.</summary>
    private bool TryMoveToData(out long missing)
    {
        while ((missing = _pages.GapAt(Row)) == 0)
        {
            _pages.MoveNext(Row);
            if (_pages.Header.Type is PageType.Data or PageType.DataV2)
            {
                (_pageRowsLeft, _passed, _isOpen) = (_pages.Header.ValueCount, 0, false);
                return true;
            }

            if (_pages.Header.Type == PageType.Dictionary)
            {
                LoadDictionary();
            }
        }

        return false;
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
        PagesOpened++;
        if (header.Type == PageType.DataV2)
        {
            int values = header.RepetitionLevelLength + header.DefinitionLevelLength;
            Repetition.Initialize(content with { Bytes = content.Bytes[..header.RepetitionLevelLength] });
            Definition.Initialize(content with { Bytes = content.Bytes[header.RepetitionLevelLength..values] });
            content = content with { Bytes = content.Bytes[values..] };
        }
        else
        {
            content = CutLevels(Repetition, header.RepetitionEncoding, content);
            content = CutLevels(Definition, header.DefinitionEncoding, content);
        }

        if (!_decoders!.TryInitialize(header.Encoding, content))
        {
            throw new ParquetUnsupportedException(_file, _column.Path, $"encoding {header.Encoding}");
        }
    }

    private PageValues CutLevels(LevelReader levels, PageEncoding encoding, PageValues content) =>
        levels.Cut(encoding, content, _pages.Header.ValueCount)
        ?? throw new ParquetUnsupportedException(_file, _column.Path, $"level encoding {encoding}");
}

using NearData.Parquet.Encodings;
using NearData.Parquet.Pages;

namespace NearData.Parquet;

/// <summary>
/// Walks over the rows of one column chunk, or the entries of one that repeats, page by page, and opens each page with the decoders
/// that the chunk is read with. One thread.
/// </summary>
internal sealed class ChunkRows : IDisposable
{
    private readonly string _file;
    private readonly ParquetColumn _column;
    private readonly PageCursor _pages;
    private DecoderSet? _decoders;
    private bool _hasDictionary;
    private int _pageRowsLeft;
    private long _unread;

    public ChunkRows(string file, ColumnChunk chunk, long rows, ChunkBytes first, ChunkBytes rest)
    {
        _file = file;
        _column = chunk.Column;
        Definition = new LevelReader(_column.MaxDefinition, "definition levels");
        Repetition = new LevelReader(_column.MaxRepetition, "repetition levels");
        _pages = new PageCursor(file, chunk, first, rest);
        Left = rows;
    }

    /// <summary>Rows that were neither read nor skipped.</summary>
    public long Left { get; private set; }

    public LevelReader Definition { get; }

    public LevelReader Repetition { get; }

    /// <summary>Those that the chunk is read with; null until the first read.</summary>
    public DecoderSet? Decoders => _decoders;

    /// <summary>Decides what the chunk is read with, before its first read.</summary>
    public TDecoders Bind<TDecoders>(TDecoders decoders)
        where TDecoders : DecoderSet
    {
        _decoders = decoders;
        (long passed, _unread) = (_unread, 0);
        Left += passed;
        Pass(passed);
        return decoders;
    }

    /// <summary>Passes over rows. Whole pages are passed over without being decompressed.</summary>
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

    /// <summary>Makes sure that a page is open; gives how many of the wanted rows it has.</summary>
    public int Enter(int wanted)
    {
        while (_pageRowsLeft == 0)
        {
            MoveToData();
            OpenPage();
        }

        return Math.Min(wanted, _pageRowsLeft);
    }

    /// <summary>Notes that rows of the present page were read.</summary>
    public void Leave(int rows)
    {
        _pageRowsLeft -= rows;
        Left -= rows;
    }

    public void Dispose() => _pages.Dispose();

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
                    Left -= passed;
                    continue;
                }

                OpenPage();
            }

            passed = (int)Math.Min(rows, _pageRowsLeft);
            Repetition.Skip(passed);
            _decoders!.Skip(Definition.Skip(passed));
            Leave(passed);
        }
    }

    private void MoveToData()
    {
        _pages.MoveNext(Left);
        while (_pages.Header.Type is not (PageType.Data or PageType.DataV2))
        {
            if (_pages.Header.Type == PageType.Dictionary)
            {
                LoadDictionary();
            }

            _pages.MoveNext(Left);
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

        _pageRowsLeft = header.ValueCount;
    }

    private PageValues CutLevels(LevelReader levels, PageEncoding encoding, PageValues content) =>
        levels.Cut(encoding, content, _pages.Header.ValueCount)
        ?? throw new ParquetUnsupportedException(_file, _column.Path, $"level encoding {encoding}");
}

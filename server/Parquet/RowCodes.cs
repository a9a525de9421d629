namespace NearData.Parquet;

/// <summary>
/// Codes of a dictionary, one for each of some rows. Long runs of one code stay runs, so that whoever asks something of a code need ask it but
/// once for them; they are only written out for who needs each row's. Filled again and again; one thread.
/// </summary>
/// <param name="capacity">The most rows.</param>
public sealed class RowCodes(int capacity)
{
    /// <summary>Rows of a word of bits: runs begin and end at such borders, and what they have before and behind is listed.</summary>
    public const int WordRows = 64;

    /// <summary>Words of the shortest run that is worth knowing: to look up fewer rows' codes takes no longer.</summary>
    private const int LeastWords = 2;

    private readonly uint[] _codes = new uint[capacity];
    private readonly CodeRun[] _runs = new CodeRun[capacity / (LeastWords * WordRows)];
    private int _runCount;
    private uint? _only;

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>The one code of all rows, if that is known.</summary>
    public uint? Only => Count > 0 ? _only : null;

    /// <summary>The runs, ascending.</summary>
    public ReadOnlySpan<CodeRun> Runs => _runs.AsSpan(0, _runCount);

    /// <summary>Each row's code, but for those of runs, whose places hold anything.</summary>
    public ReadOnlySpan<uint> Listed => _codes.AsSpan(0, Count);

    /// <summary>Each row's code; runs are no longer known as such.</summary>
    public ReadOnlySpan<uint> Each()
    {
        foreach (CodeRun run in Runs)
        {
            _codes.AsSpan(run.FirstRow..run.EndRow).Fill(run.Code);
        }

        _runCount = 0;
        return Listed;
    }

    /// <summary>Takes all rows out.</summary>
    public void Clear() => (Count, _runCount, _only) = (0, 0, null);

    /// <summary>Adds rows with one code.</summary>
    public void AddRun(uint code, int count)
    {
        _only = Count == 0 || _only == code ? code : null;
        int end = Count + count;
        int firstWord = (Count + WordRows - 1) / WordRows;
        int words = (end / WordRows) - firstWord;
        if (words < LeastWords)
        {
            _codes.AsSpan(Count..end).Fill(code);
        }
        else
        {
            CodeRun run = new(firstWord, words, code);
            _codes.AsSpan(Count..run.FirstRow).Fill(code);
            _codes.AsSpan(run.EndRow..end).Fill(code);
            _runs[_runCount++] = run;
        }

        Count = end;
    }

    /// <summary>Adds rows; gives where their codes are to be put.</summary>
    public Span<uint> Add(int count)
    {
        _only = null;
        Count += count;
        return _codes.AsSpan(Count - count, count);
    }
}

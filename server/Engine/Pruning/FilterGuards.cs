using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NearData.Isa.Programs;
using NearData.Parquet;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// Turns a filter into one guard per column: which values of the column it can keep, whatever the other columns hold. The bytecode is run
/// over ranges of the numbers, and over each of the texts, that dictionaries list, so each value is decided once and not once per row. Where
/// the guards together prove that the filter keeps what passes them all, it need not be run. Made once for an execution. Thread-safe.
/// </summary>
internal sealed class FilterGuards
{
    /// <summary>
    /// Rows for which one analysis is paid: filtering as many takes longer than analysing a filter once does, some microseconds.
    /// </summary>
    internal const long RowsPerAnalysis = 2048;

    /// <summary>As <see cref="RowsPerAnalysis"/>, of a text: each row's is found and compared, which takes longer than numbers do.</summary>
    private const long RowsPerText = 512;

    /// <summary>Segments of a field that are worth keeping: an interval has three. More take memory, and time to look through.</summary>
    private const int MostLearned = 64;

    /// <summary>Fields that are guarded at most: sets of them are bits of a word.</summary>
    private const int MostFields = 64;

    private readonly Lock _lock = new();
    private readonly ImmutableArray<int> _fields;
    private readonly LearnedFilter _filter;
    private readonly FrozenDictionary<int, ValueGuard> _guards;
    private readonly FrozenDictionary<int, TextGuard> _texts;
    private readonly Dictionary<ulong, (int Version, bool IsProven)> _proofs = [];
    private long _analysesLeft;
    private long _textsLeft;

    // Whether numbers were asked for that weren't known before.
    private bool _isNew;
    private int _version;

    /// <param name="filter">The execution's filter, with what guards have learned of it before.</param>
    /// <param name="row">What it is called with.</param>
    /// <param name="fields">Indices of the fields that it loads.</param>
    /// <param name="rows">Rows to be filtered: the more they are, the more analysis pays.</param>
    public FilterGuards(LearnedFilter filter, RowLayout row, ImmutableArray<int> fields, long rows)
    {
        ImmutableDictionary<int, ImmutableArray<ValueSegment>> known = filter.Numbers;
        _filter = filter;
        _analysesLeft = rows / RowsPerAnalysis;
        _textsLeft = rows / RowsPerText;
        _fields = [.. fields.Take(MostFields)];
        _guards = _fields.Where(field => row.Fields[field].Type != FieldType.Text)
            .ToFrozenDictionary(field => field, field => new ValueGuard(field, CanKeep, known.GetValueOrDefault(field, []).AsSpan()));
        _texts = _fields.Where(field => row.Fields[field].Type == FieldType.Text)
            .ToFrozenDictionary(field => field, field => new TextGuard(text => CanKeep(field, text)));
    }

    /// <summary>Changes when <see cref="AreDecisive"/> may say something else than before.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Whether a field has a guard that is worth asking.</summary>
    public bool Has(int field) => _guards.TryGetValue(field, out ValueGuard? guard) ? !guard.IsFutile : _texts.ContainsKey(field);

    /// <summary>Which of a dictionary's entries the filter can keep.</summary>
    /// <param name="field">The column's field, of numbers.</param>
    /// <param name="entries">The dictionary's entries.</param>
    /// <param name="hasNulls">Whether the chunk may have nulls.</param>
    /// <param name="used">A table that is no longer looked at, whose memory may serve again.</param>
    public CodeTable Tabulate(int field, ReadOnlySpan<long> entries, bool hasNulls, CodeTable? used = null)
    {
        lock (_lock)
        {
            ValueGuard guard = _guards[field];
            FieldRange? before = guard.Kept;
            CodeTable table = guard.Tabulate(entries, hasNulls, used);
            _version += guard.Kept == before ? 0 : 1;
            return table;
        }
    }

    /// <summary>As the other, of a field of text.</summary>
    public CodeTable Tabulate(int field, ByteArrayBatch entries, bool hasNulls)
    {
        lock (_lock)
        {
            TextGuard guard = _texts[field];
            int before = guard.Version;
            CodeTable table = guard.Tabulate(entries, hasNulls);
            _version += guard.Version - before;
            return table;
        }
    }

    /// <summary>
    /// Whether the filter is proven to keep every row that passes the tables which were made so far for some fields.
    /// </summary>
    /// <param name="fields">Those fields; the others may hold anything.</param>
    public bool AreDecisive(ReadOnlySpan<int> fields)
    {
        ulong set = 0;
        foreach (int field in fields)
        {
            set |= 1ul << _fields.IndexOf(field);
        }

        lock (_lock)
        {
            if (_proofs.TryGetValue(set, out (int Version, bool IsProven) known) && known.Version == _version)
            {
                return known.IsProven;
            }

            bool isProven = Prove(fields);
            _proofs[set] = (_version, isProven);
            return isProven;
        }
    }

    /// <summary>Keeps what was learned of numbers for executions to come; not where analysis had to be given up, and more may be learned another time.</summary>
    public void Learn()
    {
        lock (_lock)
        {
            if (_isNew && _analysesLeft > 0)
            {
                _filter.Numbers = _guards.Where(guard => guard.Value.Segments.Length is > 0 and <= MostLearned)
                    .ToImmutableDictionary(guard => guard.Key, guard => guard.Value.Segments.ToImmutableArray());
            }
        }
    }

    private bool Prove(ReadOnlySpan<int> fields)
    {
        Dictionary<int, FieldRange> ranges = [];
        List<(int Field, IReadOnlyList<ReadOnlyMemory<byte>?> Kept)> texts = [];
        foreach (int field in fields)
        {
            if (_texts.TryGetValue(field, out TextGuard? guard))
            {
                if (guard.Kept is not { } kept)
                {
                    return false;
                }

                texts.Add((field, kept));
            }
            else if (_guards[field].Kept is { } range)
            {
                ranges.Add(field, range);
            }
            else
            {
                // No row passes: whatever is said of the rest is so.
                return true;
            }
        }

        return ProveEach(CollectionsMarshal.AsSpan(texts), ranges);
    }

    // Each choice of one text of each field is a case of its own.
    private bool ProveEach(ReadOnlySpan<(int Field, IReadOnlyList<ReadOnlyMemory<byte>?> Kept)> texts, Dictionary<int, FieldRange> ranges)
    {
        if (texts.IsEmpty)
        {
            long analyses = 0;
            return _analysesLeft-- > 0 && _filter.Decisions.Decide(new Dictionary<int, FieldRange>(ranges), ref analyses) == FilterOutcome.KeepsAll;
        }

        (int field, IReadOnlyList<ReadOnlyMemory<byte>?> kept) = texts[0];
        foreach (ReadOnlyMemory<byte>? text in kept)
        {
            ranges[field] = Known(text);
            if (!ProveEach(texts[1..], ranges))
            {
                return false;
            }
        }

        return true;
    }

    private bool CanKeep(int field, FieldRange range)
    {
        _isNew = true;
        return _analysesLeft-- <= 0 || CanKeepOnce(field, range);
    }

    private bool? CanKeep(int field, ReadOnlyMemory<byte>? text)
    {
        if (text is { } known && _filter.Texts.Recall(field, known.Span) is { } before)
        {
            return before;
        }

        if (_textsLeft-- <= 0)
        {
            return null;
        }

        bool canKeep = CanKeepOnce(field, Known(text));
        if (text is { } bytes)
        {
            _filter.Texts.Remember(field, bytes.Span, canKeep);
        }

        return canKeep;
    }

    private bool CanKeepOnce(int field, FieldRange range) =>
        _filter.Decisions.DecideOnce(new Dictionary<int, FieldRange> { [field] = range }) != FilterOutcome.DropsAll;

    private static FieldRange Known(ReadOnlyMemory<byte>? text) => text is { } bytes ? FieldRange.Of(bytes) : FieldRange.Null;
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using NearData.Verifier;

namespace NearData.Engine.Pruning;

/// <summary>
/// Turns a filter into one guard per column: which values of the column it can keep, whatever the other columns hold. The bytecode is run
/// over ranges of the values that dictionaries list, so each value is decided once and not once per row. Where the guards together
/// prove that the filter keeps what passes them all, it need not be run. Made once for an execution. Thread-safe.
/// </summary>
internal sealed class FilterGuards
{
    /// <summary>
    /// Rows for which one analysis is paid: filtering as many takes longer than analysing a filter once does, some microseconds.
    /// </summary>
    internal const long RowsPerAnalysis = 2048;

    /// <summary>Fields that are guarded at most: sets of them are bits of a word.</summary>
    private const int MostFields = 64;

    private readonly Lock _lock = new();
    private readonly ImmutableArray<int> _fields;
    private readonly FilterDecisions _filter;
    private readonly FrozenDictionary<int, ValueGuard> _guards;
    private readonly Dictionary<ulong, (int Version, bool IsProven)> _proofs = [];
    private long _analysesLeft;
    private int _version;

    /// <param name="filter">The execution's filter.</param>
    /// <param name="fields">Indices of the fields that it loads.</param>
    /// <param name="rows">Rows to be filtered: the more they are, the more analysis pays.</param>
    public FilterGuards(FilterDecisions filter, ImmutableArray<int> fields, long rows)
    {
        _filter = filter;
        _analysesLeft = rows / RowsPerAnalysis;
        _fields = [.. fields.Take(MostFields)];
        _guards = _fields.ToFrozenDictionary(field => field, field => new ValueGuard(field, CanKeep));
    }

    /// <summary>Whether a field has a guard.</summary>
    public bool Has(int field) => _guards.ContainsKey(field);

    /// <summary>Which of a dictionary's entries the filter can keep.</summary>
    /// <param name="field">The column's field.</param>
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

    private bool Prove(ReadOnlySpan<int> fields)
    {
        Dictionary<int, FieldRange> ranges = [];
        foreach (int field in fields)
        {
            if (_guards[field].Kept is not { } range)
            {
                // No row passes: whatever is said of the rest is so.
                return true;
            }

            ranges.Add(field, range);
        }

        return _analysesLeft-- > 0 && _filter.DecideOnce(ranges) == FilterOutcome.KeepsAll;
    }

    private bool CanKeep(int field, FieldRange range) =>
        _analysesLeft-- <= 0 || _filter.DecideOnce(new Dictionary<int, FieldRange> { [field] = range }) != FilterOutcome.DropsAll;
}

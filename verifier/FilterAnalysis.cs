using System.Collections.Frozen;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.Surroundings;

namespace NearData.Verifier;

/// <summary>What a filter was proven to return for some records.</summary>
public enum FilterOutcome
{
    /// <summary>It keeps some, or none, or all: that isn't known.</summary>
    Unknown,

    /// <summary>Zero for each: none is kept.</summary>
    DropsAll,

    /// <summary>Something other than zero for each: all are kept.</summary>
    KeepsAll,
}

/// <summary>
/// Runs a filter over ranges in place of records, as its proof did, but with what is known of the columns in a part of the data: what
/// is proven to keep none of its records need not be read. Whatever the bytecode computes counts, there is no list of predicates.
/// Made once for a set of parameters. Not thread-safe.
/// </summary>
public sealed class FilterAnalysis
{
    /// <summary>
    /// Instructions that one analysis looks at, some milliseconds: a filter with long loops is run, not followed.
    /// </summary>
    private const long MostVisits = 10_000;

    /// <summary>Fields of whose nulls each combination is a case of its own: the others' values and nulls are one range.</summary>
    private const int MostNullable = 3;

    private readonly VerifiedProgram _filter;
    private readonly ReadOnlyMemory<byte> _constants;
    private readonly HelperEvaluator? _evaluator;
    private readonly RejectionSite _site;
    private readonly Functions _functions;
    private readonly FunctionShape?[] _shapes;

    /// <param name="filter">The filter.</param>
    /// <param name="constants">All bytes of its <c>.rodata</c> with the execution's parameters; empty where they aren't bound.</param>
    /// <param name="evaluator">Answers calls whose arguments are known, such as comparisons with a given text; null where none is answered.</param>
    public FilterAnalysis(VerifiedProgram filter, ReadOnlyMemory<byte> constants, HelperEvaluator? evaluator = null)
    {
        if (filter.Program.Kind != ProgramKind.Filter)
        {
            throw new ArgumentException($"{filter.Program.Name} is a {filter.Program.Kind} program, not a filter.", nameof(filter));
        }

        int length = filter.Program.Maps.FirstOrDefault(map => map.Role == MapRole.ReadOnlyData)?.ValueSize ?? 0;
        if (!constants.IsEmpty && constants.Length < length)
        {
            throw new ArgumentException($"{constants.Length} bytes of constants are given; {filter.Program.Name} has {length}.", nameof(constants));
        }

        _filter = filter;
        _constants = constants;
        _evaluator = evaluator;
        _site = new RejectionSite(filter.Program);
        _functions = Functions.Find(filter.Program, _site);
        _shapes = new FunctionShape?[_functions.Count];
    }

    /// <summary>What the filter returns for every record whose fields lie in some ranges.</summary>
    /// <param name="fields">By index in the row's fields; of those that are left out only their types are known.</param>
    public FilterOutcome Decide(IReadOnlyDictionary<int, FieldRange> fields)
    {
        int[] nullable = [.. fields.Where(field => field.Value.Nulls == NullPresence.Some).Select(field => field.Key).Take(MostNullable)];
        if (nullable.Length == 0)
        {
            return DecideCase(fields);
        }

        // Records with a value and those without one are told apart: together they would be one range, with zero in it.
        Dictionary<int, FieldRange> some = new(fields);
        FilterOutcome? outcome = null;
        for (int nulls = 0; nulls < 1 << nullable.Length; nulls++)
        {
            for (int field = 0; field < nullable.Length; field++)
            {
                some[nullable[field]] = (nulls >> field & 1) != 0 ? FieldRange.Null : fields[nullable[field]] with { Nulls = NullPresence.None };
            }

            FilterOutcome found = DecideCase(some);
            outcome ??= found;
            if (found != outcome || found == FilterOutcome.Unknown)
            {
                return FilterOutcome.Unknown;
            }
        }

        return outcome!.Value;
    }

    /// <summary>
    /// Texts that the filter compares a field with, whether they are equal. Those that aren't found, as where it takes too long to look, don't make
    /// what <see cref="Decide"/> says wrong: they are to be tried.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> TextsComparedWith(int field)
    {
        List<ReadOnlyMemory<byte>> texts = [];
        Follow(FrozenDictionary<int, FieldRange>.Empty, (compared, text) =>
        {
            if (compared == field && !texts.Exists(other => other.Span.SequenceEqual(text.Span)))
            {
                texts.Add(text);
            }
        });
        return texts;
    }

    private FilterOutcome DecideCase(IReadOnlyDictionary<int, FieldRange> fields) => Follow(fields, compared: null)?.Facts.Returns switch
    {
        { Zero: true, Other: false } => FilterOutcome.DropsAll,
        { Zero: false, Other: true } => FilterOutcome.KeepsAll,
        _ => FilterOutcome.Unknown,
    };

    /// <summary>Null where it takes too many looks.</summary>
    private ProgramAnalysis? Follow(IReadOnlyDictionary<int, FieldRange> fields, Action<int, ReadOnlyMemory<byte>>? compared)
    {
        ProgramEnvironment environment = new(_filter.Program, _constants, fields, _evaluator) { Compared = compared };
        ProgramAnalysis analysis = new(environment, _functions, _shapes, _site, WorkBudget.ForSaving(MostVisits), observer: null);
        try
        {
            analysis.Follow();
            return analysis;
        }
        catch (ProgramRejectedException)
        {
            // What was given up in the middle says nothing, and nothing it borrowed is clean.
            Array.Clear(_shapes);
            return null;
        }
    }
}

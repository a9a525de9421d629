using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Vm;

/// <summary>The verified filter and reduce programs of one object: what an execution runs. Immutable.</summary>
public sealed class QueryProgram
{
    private static readonly RowLayout NoRow = new("nd_buffer", 0, []);

    /// <param name="filter">Keeps or drops records; null keeps all.</param>
    /// <param name="reduce">Updates results, from records or, alone, from raw buffers; null has none.</param>
    /// <param name="parameters">The object's parameters, which the programs were verified with.</param>
    /// <param name="emits">Decide which groups are sent, at most one for each group map.</param>
    /// <exception cref="ArgumentException">Neither filter nor reduce is given, or they are of other kinds or of different objects.</exception>
    public QueryProgram(
        VerifiedProgram? filter, VerifiedProgram? reduce, ImmutableArray<ParameterField> parameters, params ImmutableArray<VerifiedProgram> emits)
    {
        Program first = (filter ?? reduce)?.Program
            ?? throw new ArgumentException("A query has a filter, a reduce program, or both.");
        Parameters = parameters;
        Expect(filter, ProgramKind.Filter, first);
        TakesBuffers = reduce?.Program.Kind == ProgramKind.Buffer;
        Expect(reduce, TakesBuffers ? ProgramKind.Buffer : ProgramKind.Reduce, first);
        foreach (VerifiedProgram emit in emits)
        {
            Expect(emit, ProgramKind.Emit, first);
        }

        Emits = emits;
        Filter = filter;
        Reduce = reduce;
        Row = TakesBuffers ? NoRow : first.Row;
        Maps = first.Maps;
        Results = first.Results;
        ResultsMap = FindMap(MapRole.Results);
        ParametersMap = FindMap(MapRole.ReadOnlyData);
        CheckPlaces();
    }

    /// <summary>Whether it is run over raw buffers, and has no rows.</summary>
    public bool TakesBuffers { get; }

    public VerifiedProgram? Filter { get; }

    public VerifiedProgram? Reduce { get; }

    /// <summary>Decide which groups are sent; all are of a map that has none here.</summary>
    public ImmutableArray<VerifiedProgram> Emits { get; }

    public RowLayout Row { get; }

    public ImmutableArray<ResultField> Results { get; }

    public ImmutableArray<ParameterField> Parameters { get; }

    public ImmutableArray<MapDefinition> Maps { get; }

    /// <summary>Indices of the fields that the filter loads, ascending.</summary>
    public ImmutableArray<int> FilterFields => Filter?.Facts.LoadedFields ?? [];

    /// <summary>Indices of the fields that the reduce program loads, ascending.</summary>
    public ImmutableArray<int> ReduceFields => Reduce?.Facts.LoadedFields ?? [];

    /// <summary>The index in <see cref="Maps"/> of the section of results; -1 where there is none.</summary>
    internal int ResultsMap { get; }

    /// <summary>The index in <see cref="Maps"/> of <c>.rodata</c>; -1 where there is none.</summary>
    internal int ParametersMap { get; }

    private void Expect(VerifiedProgram? given, ProgramKind kind, Program first)
    {
        if (given is not { Program: Program program })
        {
            return;
        }

        if (program.Kind != kind)
        {
            throw new ArgumentException($"{program.Name} is a {program.Kind} program, not a {kind} program.");
        }

        if (kind is ProgramKind.Filter or ProgramKind.Reduce && (program.Row.Size != first.Row.Size || !program.Row.Fields.SequenceEqual(first.Row.Fields)))
        {
            throw new ArgumentException(
                $"{program.Name} takes struct {program.Row.Name}, {first.Name} another struct {first.Row.Name}.");
        }

        // What is no parameter was proven to hold what it starts with.
        if (!Parameters.SequenceEqual(program.Parameters))
        {
            throw new ArgumentException($"{program.Name} was verified with other parameters than the query has.");
        }

        if (program.Maps.Length != first.Maps.Length || !program.Results.SequenceEqual(first.Results))
        {
            throw new ArgumentException(
                $"{program.Name} and {first.Name} are of different objects: their maps or results differ.");
        }
    }

    private int FindMap(MapRole role)
    {
        for (int map = 0; map < Maps.Length; map++)
        {
            if (Maps[map].Role == role)
            {
                return map;
            }
        }

        return -1;
    }

    private void CheckPlaces()
    {
        int results = ResultsMap < 0 ? 0 : Maps[ResultsMap].ValueSize;
        foreach (ResultField field in Results)
        {
            bool fits = field.Offset >= 0 && field.Offset + field.Size <= results;
            if (!fits || (field.Merge == MergeRule.Sum && !field.IsWideSum && field.Type.Size() != sizeof(long)))
            {
                throw new ArgumentException(
                    $"Result {field.Name} at offset {field.Offset} is no {field.Merge} field of the results' {results} bytes.");
            }
        }

        int readOnly = ParametersMap < 0 ? 0 : Maps[ParametersMap].ValueSize;
        foreach (ParameterField field in Parameters)
        {
            if (field.Offset < 0 || field.Offset + field.Size > readOnly)
            {
                throw new ArgumentException(
                    $"Parameter {field.Name} at offset {field.Offset} lies outside the {readOnly} bytes of .rodata.");
            }
        }
    }
}

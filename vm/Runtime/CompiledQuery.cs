using System.Collections.Frozen;
using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Guards;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;
using NearData.Vm.Vectors;

namespace NearData.Vm;

/// <summary>A query's programs as machine code: compiled once, run by as many workers as there are. Immutable.</summary>
public sealed class CompiledQuery
{
    /// <summary>
    /// Records of an execution from which on code for its parameters alone pays: making it takes some milliseconds, as long as
    /// filtering as many records does.
    /// </summary>
    public const long SpecializedRecords = 4_000_000;

    private readonly VectorTier _tier;
    private readonly VectorQuery _vectors;
    private readonly Specializations _specializations;
    private readonly Lazy<IReadOnlyCollection<int>> _onlyInVectors;
    private readonly Lazy<CompiledMethod>? _filterSelected;

    private CompiledQuery(QueryProgram query, VectorTier tier, CodeTrust trust)
    {
        Query = query;
        Trust = trust;
        _tier = tier;
        Sums = new SumPlan(query);
        VerifiedProgram?[] programs = [query.Filter, query.Reduce, .. query.Emits];
        IsInterpreted = programs.Any(program => program is not null && CompilationLimit.Obstacle(program) is not null);
        VectorTier used = IsInterpreted ? VectorTier.Scalar : tier;
        _vectors = new VectorQuery(query, used, default, NarrowColumns.None);
        _specializations = new Specializations((constants, narrow) => new VectorQuery(query, used, constants, narrow));
        _onlyInVectors = new(() => used == VectorTier.Scalar ? [] : VectorQuery.OnlyInVectors(query));
        if (IsInterpreted)
        {
            return;
        }

        if (trust == CodeTrust.Guards)
        {
            foreach (VerifiedProgram program in programs.OfType<VerifiedProgram>())
            {
                ProvenPlaces.Check(program);
            }
        }

        if (query.Filter is { } filter)
        {
            Filter = MethodCompiler.CompileLoop(filter, LoopShape.Filter, sums: null, trust);
            _filterSelected = new(() => MethodCompiler.CompileLoop(filter, LoopShape.FilterSelected, sums: null, trust));
        }

        if (query.Reduce is { } reduce)
        {
            ReduceAll = MethodCompiler.CompileLoop(reduce, LoopShape.Dense, Sums, trust);
            ReduceSelected = query.TakesBuffers ? null : MethodCompiler.CompileLoop(reduce, LoopShape.Selected, Sums, trust);
        }

        Emits = query.Emits.ToFrozenDictionary(emit => ((ProgramContext.Group)emit.Program.Context).Map, emit => MethodCompiler.CompileCall(emit, trust));
    }

    public QueryProgram Query { get; }

    /// <summary>What its code relies on.</summary>
    public CodeTrust Trust { get; }

    /// <summary>Whether its programs are too long to be compiled (<see cref="CompilationLimit"/>) and run in the interpreter.</summary>
    public bool IsInterpreted { get; }

    /// <summary>How often its programs have run and for how long, over all runners.</summary>
    public QueryStatistics Statistics { get; private init; } = new();

    /// <summary>How the filter is run.</summary>
    public EngineChoice FilterEngine => _vectors.FilterEngine;

    /// <summary>How the reduce program is run.</summary>
    public EngineChoice ReduceEngine => _vectors.ReduceEngine;

    internal CompiledMethod? Filter { get; }

    /// <summary>The filter over records that were selected before; few executions need it, so it is compiled when one does.</summary>
    internal CompiledMethod? FilterSelected => _filterSelected?.Value;

    internal CompiledMethod? ReduceAll { get; }

    internal CompiledMethod? ReduceSelected { get; }

    /// <summary>Programs that decide which groups are sent, by the index of their map.</summary>
    internal FrozenDictionary<int, CompiledMethod> Emits { get; } = FrozenDictionary<int, CompiledMethod>.Empty;

    internal SumPlan Sums { get; }

    /// <summary>Compiles a query's programs for the widest vectors that this machine has.</summary>
    /// <exception cref="GuardTrippedException">Guards are asked for, and something was proven that can't be.</exception>
    public static CompiledQuery Compile(QueryProgram query, CodeTrust trust = CodeTrust.Proof) => new(query, VectorShape.Widest, trust);

    /// <summary>Compiles a query's programs for vectors of a width; the runtime makes do where the machine has none.</summary>
    public static CompiledQuery Compile(QueryProgram query, VectorTier tier, CodeTrust trust = CodeTrust.Proof) => new(query, tier, trust);

    /// <summary>The same query compiled once more, with guards; runs of both are counted together.</summary>
    /// <exception cref="GuardTrippedException">Something was proven that can't be.</exception>
    public CompiledQuery WithGuards() => new(Query, _tier, CodeTrust.Guards) { Statistics = Statistics };

    /// <summary>A runner for one worker; the caller's to dispose.</summary>
    /// <param name="parameters">The execution's.</param>
    /// <param name="maps">Memory for its maps, and the groups of earlier stages.</param>
    /// <param name="records">How many records the execution is about; from <see cref="SpecializedRecords"/> on it has code of its own.</param>
    /// <param name="narrow">Columns whose values can come in 32 bits; it has code for those where it has code of its own.</param>
    /// <exception cref="MapMemoryException">The query's maps are too large, or an earlier stage that it needs isn't given.</exception>
    public QueryRunner CreateRunner(ParameterValues parameters, RunnerMaps maps = default, long records = 0, NarrowColumns? narrow = null)
    {
        if (IsInterpreted)
        {
            return new InterpretedRunner(Query, parameters, maps) { Statistics = Statistics };
        }

        byte[] constants = ConstantsOf(parameters, records);
        VectorQuery vectors = constants.Length == 0 ? _vectors : _specializations.Find(constants, NarrowColumns.None);
        return new CompiledRunner(this, vectors, NarrowCode(constants, records, narrow), parameters, maps) { Statistics = Statistics };
    }

    /// <summary>How a long execution's filter and reduce program are run.</summary>
    /// <param name="parameters">As for <see cref="CreateRunner"/>.</param>
    /// <param name="records">Likewise.</param>
    /// <param name="narrow">Likewise.</param>
    public (EngineChoice Filter, EngineChoice Reduce) EnginesFor(ParameterValues parameters, long records, NarrowColumns? narrow)
    {
        VectorQuery? code = NarrowCode(ConstantsOf(parameters, records), records, narrow);
        return (
            code?.Narrow.Among(Query.FilterFields).IsEmpty == false ? code.FilterEngine : FilterEngine,
            code?.Narrow.Among(Query.ReduceFields).IsEmpty == false ? code.ReduceEngine : ReduceEngine);
    }

    private byte[] ConstantsOf(ParameterValues parameters, long records) =>
        records < SpecializedRecords || Query.Parameters.IsEmpty ? [] : parameters.ToArray();

    private VectorQuery? NarrowCode(byte[] constants, long records, NarrowColumns? narrow)
    {
        NarrowColumns columns = records < SpecializedRecords || narrow is not { IsEmpty: false } ? NarrowColumns.None : narrow.Among(_onlyInVectors.Value);
        return columns.IsEmpty ? null : _specializations.Find(constants, columns);
    }
}

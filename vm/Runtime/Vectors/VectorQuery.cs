using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>What of a query runs over vectors; each program is compiled when it is first asked for. Thread-safe.</summary>
/// <param name="query">The query.</param>
/// <param name="tier">The vectors' width.</param>
/// <param name="constants">All bytes of <c>.rodata</c> with the parameters of the executions that it is for; empty where it is for any.</param>
/// <param name="narrow">Columns that are read in 32 bits.</param>
internal sealed class VectorQuery(QueryProgram query, VectorTier tier, ReadOnlyMemory<byte> constants, NarrowColumns narrow)
{
    private readonly Lazy<(VectorMethod? Method, GroupMethod? Groups, EngineChoice Engine)> _filter = new(() => Compile(query.Filter, tier, constants, narrow));
    private readonly Lazy<(VectorMethod? Method, GroupMethod? Groups, EngineChoice Engine)> _reduce = new(() => Compile(query.Reduce, tier, constants, narrow));

    /// <summary>Columns that are read in 32 bits.</summary>
    public NarrowColumns Narrow => narrow;

    public VectorMethod? Filter => _filter.Value.Method;

    public EngineChoice FilterEngine => _filter.Value.Engine;

    public VectorMethod? Reduce => _reduce.Value.Method;

    /// <summary>The reduction, where it is one by group.</summary>
    public GroupMethod? ReduceGroups => _reduce.Value.Groups;

    public EngineChoice ReduceEngine => _reduce.Value.Engine;

    /// <summary>Fields of a query that only vector code looks at, and none that groups: others would take their values in 64 bits.</summary>
    public static IReadOnlyCollection<int> OnlyInVectors(QueryProgram query)
    {
        HashSet<int> fields = [.. query.FilterFields, .. query.ReduceFields];
        foreach (VerifiedProgram program in ((VerifiedProgram?[])[query.Filter, query.Reduce]).OfType<VerifiedProgram>())
        {
            if (!IsStraight(program))
            {
                fields.ExceptWith(program.Facts.LoadedFields);
            }
        }

        return fields;
    }

    private static bool IsStraight(VerifiedProgram program)
    {
        try
        {
            StraightProgram straight = Flattener.Flatten(program, default, NarrowColumns.None);
            VectorCompiler.ThrowIfTooLong(straight);
            return straight.Group is null;
        }
        catch (NotStraightException)
        {
            return false;
        }
    }

    private static (VectorMethod? Method, GroupMethod? Groups, EngineChoice Engine) Compile(
        VerifiedProgram? verified, VectorTier tier, ReadOnlyMemory<byte> constants, NarrowColumns narrow)
    {
        if (verified is null || tier == VectorTier.Scalar)
        {
            return (null, null, new EngineChoice(VectorTier.Scalar, Lanes: 1, Obstacle: null));
        }

        try
        {
            StraightProgram straight = Flattener.Flatten(verified, constants, narrow);
            if (straight.Group is not null)
            {
                GroupMethod groups = GroupCompiler.Compile(straight, tier);
                return (null, groups, new EngineChoice(tier, groups.Shape.Lanes, Obstacle: null));
            }

            VectorMethod method = VectorCompiler.Compile(straight, tier);
            return (method, null, new EngineChoice(tier, method.Shape.Lanes, Obstacle: null));
        }
        catch (NotStraightException reason)
        {
            return (null, null, new EngineChoice(VectorTier.Scalar, Lanes: 1, $"{verified.Program.Name} runs a record at a time: {reason.Message}."));
        }
    }
}

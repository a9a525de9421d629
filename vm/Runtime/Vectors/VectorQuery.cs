using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>What of a query runs over vectors; each program is compiled when it is first asked for. Thread-safe.</summary>
/// <param name="query">The query.</param>
/// <param name="tier">The vectors' width.</param>
/// <param name="constants">All bytes of <c>.rodata</c> with the parameters of the executions that it is for; empty where it is for any.</param>
internal sealed class VectorQuery(QueryProgram query, VectorTier tier, ReadOnlyMemory<byte> constants)
{
    private readonly Lazy<(VectorMethod? Method, GroupMethod? Groups, EngineChoice Engine)> _filter = new(() => Compile(query.Filter, tier, constants));
    private readonly Lazy<(VectorMethod? Method, GroupMethod? Groups, EngineChoice Engine)> _reduce = new(() => Compile(query.Reduce, tier, constants));

    public VectorMethod? Filter => _filter.Value.Method;

    public EngineChoice FilterEngine => _filter.Value.Engine;

    public VectorMethod? Reduce => _reduce.Value.Method;

    /// <summary>The reduction, where it is one by group.</summary>
    public GroupMethod? ReduceGroups => _reduce.Value.Groups;

    public EngineChoice ReduceEngine => _reduce.Value.Engine;

    private static (VectorMethod? Method, GroupMethod? Groups, EngineChoice Engine) Compile(VerifiedProgram? verified, VectorTier tier, ReadOnlyMemory<byte> constants)
    {
        if (verified is null || tier == VectorTier.Scalar)
        {
            return (null, null, new EngineChoice(VectorTier.Scalar, Lanes: 1, Obstacle: null));
        }

        try
        {
            StraightProgram straight = Flattener.Flatten(verified, constants);
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

using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>What of a query runs over vectors; each program is compiled when it is first asked for. Thread-safe.</summary>
/// <param name="query">The query.</param>
/// <param name="tier">The vectors' width.</param>
/// <param name="constants">All bytes of <c>.rodata</c> with the parameters of the executions that it is for; empty where it is for any.</param>
internal sealed class VectorQuery(QueryProgram query, VectorTier tier, ReadOnlyMemory<byte> constants)
{
    private readonly Lazy<(VectorMethod? Method, EngineChoice Engine)> _filter = new(() => Compile(query.Filter, tier, constants));
    private readonly Lazy<(VectorMethod? Method, EngineChoice Engine)> _reduce = new(() => Compile(query.Reduce, tier, constants));

    public VectorMethod? Filter => _filter.Value.Method;

    public EngineChoice FilterEngine => _filter.Value.Engine;

    public VectorMethod? Reduce => _reduce.Value.Method;

    public EngineChoice ReduceEngine => _reduce.Value.Engine;

    private static (VectorMethod? Method, EngineChoice Engine) Compile(VerifiedProgram? verified, VectorTier tier, ReadOnlyMemory<byte> constants)
    {
        if (verified is null || tier == VectorTier.Scalar)
        {
            return (null, new EngineChoice(VectorTier.Scalar, Lanes: 1, Obstacle: null));
        }

        try
        {
            VectorMethod method = VectorCompiler.Compile(Flattener.Flatten(verified, constants), tier);
            return (method, new EngineChoice(tier, method.Shape.Lanes, Obstacle: null));
        }
        catch (NotStraightException reason)
        {
            return (null, new EngineChoice(VectorTier.Scalar, Lanes: 1, $"{verified.Program.Name} runs a record at a time: {reason.Message}."));
        }
    }
}

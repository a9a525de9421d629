using NearData.Isa.Programs;
using NearData.Vm.Ir;

namespace NearData.Vm.Vectors;

/// <summary>What of a query runs over vectors. Immutable.</summary>
internal sealed class VectorQuery
{
    public VectorQuery(QueryProgram query, VectorTier tier)
    {
        (Filter, FilterEngine) = Compile(query.Filter, tier);
        (Reduce, ReduceEngine) = Compile(query.Reduce, tier);
    }

    public VectorMethod? Filter { get; }

    public EngineChoice FilterEngine { get; }

    public VectorMethod? Reduce { get; }

    public EngineChoice ReduceEngine { get; }

    private static (VectorMethod? Method, EngineChoice Engine) Compile(VerifiedProgram? verified, VectorTier tier)
    {
        if (verified is null || tier == VectorTier.Scalar)
        {
            return (null, new EngineChoice(VectorTier.Scalar, Lanes: 1, Obstacle: null));
        }

        try
        {
            VectorMethod method = VectorCompiler.Compile(Flattener.Flatten(verified, default), tier);
            return (method, new EngineChoice(tier, method.Shape.Lanes, Obstacle: null));
        }
        catch (NotStraightException reason)
        {
            return (null, new EngineChoice(VectorTier.Scalar, Lanes: 1, $"{verified.Program.Name} runs a record at a time: {reason.Message}."));
        }
    }
}

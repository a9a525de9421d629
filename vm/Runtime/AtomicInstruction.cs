using NearData.Isa;

namespace NearData.Vm;

/// <summary>Which registers an atomic instruction changes (RFC 9669, 5.3).</summary>
internal static class AtomicInstruction
{
    /// <summary>The register that takes the old value, or null.</summary>
    public static Register? OldValueTarget(Instruction instruction) => (AtomicOperation)instruction.Immediate switch
    {
        AtomicOperation.CompareExchange => Register.R0,
        AtomicOperation.AddFetch or AtomicOperation.OrFetch or AtomicOperation.AndFetch or AtomicOperation.XorFetch
            or AtomicOperation.Exchange => instruction.Source,
        _ => null,
    };
}

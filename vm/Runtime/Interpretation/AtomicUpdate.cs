using NearData.Isa;

namespace NearData.Vm.Interpretation;

/// <summary>Atomic read-modify-write operations (RFC 9669, 5.3), as pure functions of the old value.</summary>
internal static class AtomicUpdate
{
    /// <summary>What memory holds afterwards, or null where the operation is not defined.</summary>
    /// <param name="operation">The instruction's immediate.</param>
    /// <param name="old">What memory held, zero-extended.</param>
    /// <param name="operand">The source register, cut to the operation's size.</param>
    /// <param name="expected">r0, cut to the operation's size.</param>
    public static ulong? Evaluate(AtomicOperation operation, ulong old, ulong operand, ulong expected) => operation switch
    {
        AtomicOperation.Add or AtomicOperation.AddFetch => old + operand,
        AtomicOperation.Or or AtomicOperation.OrFetch => old | operand,
        AtomicOperation.And or AtomicOperation.AndFetch => old & operand,
        AtomicOperation.Xor or AtomicOperation.XorFetch => old ^ operand,
        AtomicOperation.Exchange => operand,
        AtomicOperation.CompareExchange => old == expected ? operand : old,
        _ => null,
    };
}

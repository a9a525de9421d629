using NearData.Isa;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Checking;

/// <summary>Something that must hold for an instruction to be safe. Data: the checker judges it.</summary>
internal abstract record Requirement
{
    private Requirement()
    {
    }

    /// <summary>Never holds: the instruction is not taken at all.</summary>
    public sealed record Never(RejectionCode Code, string Reason) : Requirement;

    /// <summary>The register was given a value on every path.</summary>
    public sealed record Usable(Register Register) : Requirement;

    /// <summary>The register holds a number; what else it may hold is refused with the code.</summary>
    public sealed record Number(Register Register, RejectionCode Otherwise, string Use) : Requirement;

    /// <summary>The sum or difference is a number, or an address of which enough stays known.</summary>
    public sealed record Addable(Instruction Instruction) : Requirement;

    /// <summary>Both are numbers, or both are addresses in the packet, whose distance is a number in its low half as well.</summary>
    public sealed record Subtractable(Number Left, Number Right) : Requirement;

    /// <summary>The operands are numbers, or an address that is compared with zero; and comparing them is allowed here.</summary>
    public sealed record Comparable(Instruction Instruction) : Requirement;

    /// <summary>The instruction's memory may be loaded.</summary>
    public sealed record Loadable(Instruction Instruction) : Requirement;

    /// <summary>The instruction's memory may be given the value.</summary>
    public sealed record Storable(Instruction Instruction) : Requirement;

    /// <summary>The instruction's memory may be updated atomically.</summary>
    public sealed record Updatable(Instruction Instruction) : Requirement;

    /// <summary>The packet's bytes may be loaded by number.</summary>
    public sealed record PacketLoad(Instruction Instruction) : Requirement;

    /// <summary>The instruction's address is a multiple of its size.</summary>
    public sealed record Aligned(Instruction Instruction) : Requirement;

    /// <summary>The program has the map.</summary>
    public sealed record KnownMap(int Index, WideImmediateKind Use) : Requirement;

    /// <summary>The helper exists, may be called by the kind of program, and gets what it takes.</summary>
    public sealed record Callable(int Helper) : Requirement;

    /// <summary>No spin lock is held.</summary>
    public sealed record Unlocked(string Use) : Requirement;

    /// <summary>r0 holds a number that may be returned.</summary>
    public sealed record Returnable : Requirement;
}

using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>A spin lock that is held: equal ones are the same lock.</summary>
/// <param name="Region">The values of the map that it is in.</param>
/// <param name="Address">The term of its address: equal terms are equal addresses.</param>
public sealed record HeldLock(Region Region, Term Address)
{
    /// <summary>Bytes of a <c>struct bpf_spin_lock</c>.</summary>
    public const int Size = 4;

    /// <summary>The lock at an address.</summary>
    public static HeldLock At(Value.Pointer pointer) => new(pointer.Region, pointer.Term);
}

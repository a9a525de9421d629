using System.Collections.Immutable;

namespace NearData.Isa.Helpers;

/// <summary>Helpers over the <c>bpf_spin_lock</c> in a map's value.</summary>
public static class LockHelpers
{
    /// <summary>(lock): waits for it. A call holds one lock at most.</summary>
    public static readonly HelperSignature Lock = new(
        93, "bpf_spin_lock", [ArgumentKind.SpinLock], ReturnKind.Nothing, HelperPurity.Effectful, Cost: 20);

    /// <summary>(lock): gives back the one that is held.</summary>
    public static readonly HelperSignature Unlock = new(
        94, "bpf_spin_unlock", [ArgumentKind.SpinLock], ReturnKind.Nothing, HelperPurity.Effectful, Cost: 10);

    public static ImmutableArray<HelperSignature> All { get; } = [Lock, Unlock];
}

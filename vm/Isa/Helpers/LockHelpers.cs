using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Helpers;

/// <summary>Helpers over the <c>bpf_spin_lock</c> in a map's value.</summary>
public static class LockHelpers
{
    /// <summary>(lock): waits for it. A call holds one lock at most.</summary>
    public static readonly HelperSignature Lock = OfLock(93, "bpf_spin_lock", cost: 20);

    /// <summary>(lock): gives back the one that is held.</summary>
    public static readonly HelperSignature Unlock = OfLock(94, "bpf_spin_unlock", cost: 10);

    public static ImmutableArray<HelperSignature> All { get; } = [Lock, Unlock];

    // The kernel refuses them to socket filters.
    private static HelperSignature OfLock(int number, string name, int cost) =>
        new(number, name, [ArgumentKind.SpinLock], ReturnKind.Nothing, HelperPurity.Effectful, cost)
        {
            Kinds = [ProgramKind.Memory, ProgramKind.Xdp, ProgramKind.TrafficControl],
        };
}

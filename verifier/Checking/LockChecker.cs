using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>
/// Judges spin locks by the kernel's rules: one is held at most, nothing is called meanwhile, it is given back before anything ends, and its
/// bytes are touched by nothing else.
/// </summary>
internal sealed class LockChecker
{
    private readonly ProgramEnvironment _environment;

    public LockChecker(ProgramEnvironment environment) => _environment = environment;

    /// <summary>Whether something may happen that may not while a lock is held.</summary>
    public static Finding? JudgeUnlocked(string use, MachineState state) => state.Lock is null
        ? null
        : new(RejectionCode.LockHeld, $"{use} while the lock in {state.Lock.Region} is held; bpf_spin_unlock must come before on every path to here.");

    /// <summary>Whether a lock may be taken or given back.</summary>
    /// <param name="helper">One of <see cref="LockHelpers"/>.</param>
    /// <param name="register">Its argument.</param>
    /// <param name="state">What is known.</param>
    public Finding? Judge(HelperSignature helper, Register register, MachineState state)
    {
        bool isLock = state[register] is Value.Pointer { Offset.IsConstant: true } there
            && LockOf(there.Region) is { } place && (long)there.Offset.Number == place;
        if (!isLock)
        {
            return new(
                RejectionCode.HelperArgument,
                $"{register} is {state[register]}; {helper.Name} takes the address of the struct bpf_spin_lock in a map's value, as the object's BTF describes it.",
                register);
        }

        return helper == LockHelpers.Lock || state.Lock == HeldLock.At((Value.Pointer)state[register])
            ? null
            : new(RejectionCode.LockNotHeld, $"{register} is {state[register]}, a lock that is not proven to be the one that is held.", register);
    }

    /// <summary>Whether a place is clear of the lock in its value.</summary>
    public Finding? JudgeAccess(Register register, Place place) =>
        LockOf(place.Region) is { } at && place.Offsets.Minimum < at + HeldLock.Size && place.Offsets.Maximum + place.Size > at
            ? new(
                RejectionCode.LockAccess,
                $"{register} leads to {place.Size} bytes at offset {place.Offsets} of {place.Region}, where a struct bpf_spin_lock is at {at}; only "
                + "bpf_spin_lock and bpf_spin_unlock may touch it.",
                register)
            : null;

    private int? LockOf(Region region) => _environment.MapOf(region) is { } map && region.Kind != RegionKind.MapKey ? map.SpinLockOffset : null;
}

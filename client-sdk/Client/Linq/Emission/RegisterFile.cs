using System.Collections.Immutable;
using NearData.Client.Linq.Ir;
using NearData.Isa;

namespace NearData.Client.Linq.Emission;

/// <summary>
/// Which register holds what at the place where code is being written. A register is free, taken by a value on its way, or caches a
/// leaf (a field, a parameter), which may be given up whenever it isn't an operand just then: it can be loaded again.
/// </summary>
internal sealed class RegisterFile
{
    // r1 is the row, but around a call of a helper; r10 is the frame pointer.
    private static readonly ImmutableArray<Register> Usable =
    [
        Register.R2, Register.R3, Register.R4, Register.R5, Register.R0, Register.R6, Register.R7, Register.R8, Register.R9,
    ];

    private readonly HashSet<Register> _taken = [];
    private readonly int[] _pins = new int[Register.Count];

    /// <summary>The leaves that are in registers; null where no way of execution leads.</summary>
    public ImmutableDictionary<Scalar, Register>? Cached { get; set; } = ImmutableDictionary<Scalar, Register>.Empty;

    /// <summary>Registers that a computation could have by giving up what is cached.</summary>
    public int Available => Usable.Count(register => !_taken.Contains(register) && _pins[register] == 0);

    /// <summary>Registers whose values are needed yet, of those that a call of a helper changes, r1 apart.</summary>
    public IReadOnlyList<Register> InFlight => [.. Usable.Where(register => register <= Register.R5 && (_taken.Contains(register) || _pins[register] > 0))];

    /// <summary>What a call of a helper leaves: nothing that was cached in the registers that it changes, unless it is saved.</summary>
    public void ForgetChanged(IReadOnlyList<Register> saved) => Cached = Cached!.RemoveRange(
        Cached.Where(pair => pair.Value <= Register.R5 && !saved.Contains(pair.Value)).Select(pair => pair.Key));

    /// <summary>A register of the caller's own, until <see cref="Release"/>.</summary>
    public Register Take()
    {
        ImmutableDictionary<Scalar, Register> cached = Cached!;
        Register register = Usable.Where(candidate => !_taken.Contains(candidate) && _pins[candidate] == 0)
            .OrderBy(candidate => cached.ContainsValue(candidate))
            .First();
        Forget(register);
        _taken.Add(register);
        return register;
    }

    /// <summary>A register for a leaf, which stays known after its use.</summary>
    public Operand TakeFor(Scalar leaf)
    {
        Register register = Take();
        _taken.Remove(register);
        Cached = Cached!.Add(leaf, register);
        return Pin(register);
    }

    /// <summary>The leaf's register, if it is in one.</summary>
    public Operand? Find(Scalar leaf) => Cached!.TryGetValue(leaf, out Register register) ? Pin(register) : null;

    /// <summary>Takes this register, whatever is cached there.</summary>
    public void Claim(Register register)
    {
        Forget(register);
        _taken.Add(register);
    }

    public void Release(Operand operand)
    {
        if (operand.IsOwned)
        {
            _taken.Remove(operand.Register);
        }
        else
        {
            _pins[operand.Register]--;
        }
    }

    private Operand Pin(Register register)
    {
        _pins[register]++;
        return new Operand(register, IsOwned: false);
    }

    private void Forget(Register register) =>
        Cached = Cached!.RemoveRange(Cached.Where(pair => pair.Value == register).Select(pair => pair.Key));
}

/// <summary>A value in a register.</summary>
/// <param name="Register">Where it is.</param>
/// <param name="IsOwned">Whether the holder may overwrite it; otherwise it is a cached leaf.</param>
internal readonly record struct Operand(Register Register, bool IsOwned);

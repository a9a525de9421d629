using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Analysis;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>What the verifier knew at each slot: a state for each turn of a loop, each call of a function, each path that it followed apart.</summary>
internal sealed class RecordedStates
{
    private readonly List<MachineState>?[] _states;
    private readonly int _most;
    private int _count;

    private RecordedStates(Program program, int most)
    {
        _states = new List<MachineState>?[program.Code.Length];
        _most = most;
    }

    /// <summary>Verifies a program and keeps its states.</summary>
    /// <param name="program">The program.</param>
    /// <param name="most">States that are kept at most.</param>
    /// <param name="budget">Bounds the verifier's work; null for as much as it takes.</param>
    /// <param name="verified">The proof.</param>
    /// <returns>Null where the program was rejected, or has more states.</returns>
    public static RecordedStates? Of(Program program, int most, WorkBudget? budget, out VerifiedProgram? verified) =>
        Of(program, most, look => ProgramVerifier.Verify(program, look, budget), out verified);

    /// <summary>As the other, with calls of global functions taken by what is proven of each on its own.</summary>
    public static RecordedStates? OfGlobals(Program program, int most, out VerifiedProgram? verified) =>
        Of(program, most, look => ProgramVerifier.VerifyByGlobals(program, new VisitObserver(look)), out verified);

    private static RecordedStates? Of(Program program, int most, Func<Action<int, MachineState>, VerifiedProgram> verify, out VerifiedProgram? verified)
    {
        RecordedStates recorded = new(program, most);
        verified = null;
        try
        {
            verified = verify(recorded.Record);
            return recorded;
        }
        catch (Rejections.ProgramRejectedException)
        {
            return null;
        }
        catch (TooManyException)
        {
            return null;
        }
    }

    /// <summary>The states at a slot; empty where no run was proven to get there.</summary>
    public IReadOnlyList<MachineState> At(int slot) => _states[slot] ?? [];

    /// <summary>For each slot, the registers that hold nothing usable in any of its states, a bit each.</summary>
    public ImmutableArray<int> UnusableRegisters() => [.. _states.Select(states => Enumerable.Range(0, Register.Count - 1)
        .Where(register => states?.TrueForAll(state => state[new Register((byte)register)] is Value.Unusable) ?? false)
        .Sum(register => 1 << register))];

    private void Record(int slot, MachineState state)
    {
        if (++_count > _most)
        {
            throw new TooManyException();
        }

        (_states[slot] ??= []).Add(state.Copy());
    }

    private sealed class TooManyException : Exception;
}

using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Checking;
using NearData.Verifier.Flow;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>
/// How an analysis goes on behind what it refuses, so that all findings are told, each cause once: what was needed is assumed where
/// that can be said, and otherwise whatever follows from the value that was refused is not judged any more. What is found so is never a
/// proof. Not thread-safe.
/// </summary>
internal sealed class Recovery
{
    /// <summary>Findings of one analysis; more are no help to anybody, and each is explained.</summary>
    public const int MostFindings = 100;

    private readonly ProgramEnvironment _environment;
    private readonly TermSource _terms;
    private readonly Action<Rejection> _report;
    private readonly HashSet<int> _refused = [];
    private readonly HashSet<int> _skipped = [];

    /// <param name="environment">The program's surroundings.</param>
    /// <param name="terms">Numbers new values.</param>
    /// <param name="report">Is given the first finding at each instruction.</param>
    public Recovery(ProgramEnvironment environment, TermSource terms, Action<Rejection> report)
    {
        _environment = environment;
        _terms = terms;
        _report = report;
    }

    /// <summary>Whether the next finding ends the analysis.</summary>
    public bool IsFull => _refused.Count >= MostFindings - 1;

    /// <summary>Tells a finding; a second one at the same instruction is the same to its author.</summary>
    public void Report(Rejection rejection)
    {
        if (_refused.Add(rejection.Instruction))
        {
            _report(rejection);
        }
    }

    /// <summary>Whether the instruction uses something that follows from what was refused.</summary>
    public static bool IsAssumed(Instruction instruction, MachineState state)
    {
        int read = Liveness.Read(instruction);
        for (byte number = 0; number < Register.Count; number++)
        {
            if ((read & (1 << number)) != 0 && state[new Register(number)] == Value.Unusable.Assumed)
            {
                return !instruction.IsCall || (CallKind)instruction.Source.Number != CallKind.Local;
            }
        }

        return StackOf(instruction, state) is { } place && instruction.Opcode.Class == InstructionClass.LoadX && HoldsAssumed(place, state);
    }

    /// <summary>Whether an instruction was not judged, as it used what follows from something that was refused.</summary>
    public bool HasSkipped(int slot) => _skipped.Contains(slot);

    /// <summary>Assumes what was needed.</summary>
    /// <param name="finding">What was refused.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="state">Changed, so that the same is not refused again.</param>
    /// <param name="checker">Judges the instruction once more.</param>
    /// <returns>Whether the instruction is in order then; otherwise its subject is assumed to be, and it has to be skipped.</returns>
    public bool Repair(Finding finding, Instruction instruction, MachineState state, Checker checker)
    {
        Value? subject = finding.Subject is { } register ? state[register] : null;
        if (finding.Code == RejectionCode.UnreleasedReference)
        {
            state.References = [];
        }
        else if (finding.Code == RejectionCode.LockHeld)
        {
            state.Lock = null;
        }
        else if (subject is Value.OrNull unknown && finding.Code == RejectionCode.NullAddress)
        {
            state.Rewrite(value => value == unknown ? unknown.Target : value);
        }
        else if (subject is Value.Pointer { Region: { Kind: RegionKind.Packet or RegionKind.Metadata } region } pointer && finding.Code == RejectionCode.OutOfBounds
            && pointer.Offset.Whole.Signed.Minimum >= 0)
        {
            // As if the author had compared it with the end once, for all that is read from it.
            state.Packet = state.Packet.Learn(pointer, ushort.MaxValue);
        }
        else if (finding.Code == RejectionCode.UnwrittenStack && StackOf(instruction, state) is { } place)
        {
            Assume(place, state);
        }

        if (checker.Check(Requirements.Of(instruction), state) is null)
        {
            return true;
        }

        if (finding.Subject is { } refused)
        {
            // All copies of a value share its cause; what was never written has none in common.
            bool isShared = subject is not (Value.Unusable or Value.Number { Range.IsConstant: true });
            state.Rewrite(value => isShared && value == subject ? Value.Unusable.Assumed : value);
            state[refused] = refused == Register.R10 ? state[refused] : Value.Unusable.Assumed;
        }

        return false;
    }

    /// <summary>What an instruction leaves that was refused or uses what follows from it.</summary>
    public void Skip(int slot, Instruction instruction, MachineState state)
    {
        _skipped.Add(slot);
        bool calls = instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper;
        HelperSignature? helper = calls ? HelperTable.Find(instruction.Immediate) : null;
        if (helper is not null)
        {
            FillAll(helper, state);
            HelperTransfer.Forget(slot, helper, state);
            state.References = helper.Arguments.Contains(ArgumentKind.RingRecord) ? [] : state.References;
            state[Register.R0] = Value.Unusable.Assumed;
            return;
        }

        int written = Liveness.Written(instruction);
        bool fetches = instruction.IsAtomic;
        for (byte number = 0; number < Register.R10; number++)
        {
            bool isFetched = fetches && (number == instruction.Source || number == Register.R0);
            if ((written & (1 << number)) != 0 || isFetched)
            {
                state[new Register(number)] = Value.Unusable.Assumed;
            }
        }

        if (StackOf(instruction, state) is { } place && instruction.Opcode.Class is InstructionClass.Store or InstructionClass.StoreX)
        {
            Assume(place, state);
        }
    }

    /// <summary>What a helper would have filled counts as filled, so that reading it is not refused for the helper's sake.</summary>
    private void FillAll(HelperSignature helper, MachineState state)
    {
        for (int argument = 0; argument < helper.Arguments.Length; argument++)
        {
            if (HelperArguments.IsFilled(helper.Arguments[argument])
                && state[HelperArguments.RegisterOf(argument)] is Value.Pointer pointer
                && InStack(Place.At(pointer, 0, HelperArguments.Size(_environment, helper, argument, state) ?? 1)) is { } place)
            {
                Assume(place, state);
            }
        }
    }

    private void Assume(Place place, MachineState state)
    {
        StackFrame stack = state.StackAt(place.Region.Index);
        (int first, int limit) = place.StackSlots;
        for (int slot = first; slot < limit; slot++)
        {
            stack = stack.With(slot, StackSlot.Spilled(Value.Unusable.Assumed, _terms));
        }

        state.SetStack(place.Region.Index, stack);
    }

    private static bool HoldsAssumed(Place place, MachineState state)
    {
        StackFrame stack = state.StackAt(place.Region.Index);
        (int first, int limit) = place.StackSlots;
        return Enumerable.Range(first, limit - first).Any(slot => stack[slot].Whole == Value.Unusable.Assumed);
    }

    private static Place? StackOf(Instruction instruction, MachineState state) => Place.Of(instruction, state) is { } place ? InStack(place) : null;

    private static Place? InStack(Place place) =>
        place.Region.Kind == RegionKind.Stack && place.Offsets.Minimum >= -StackFrame.Size && place.Offsets.Maximum + place.Size <= 0 ? place : null;
}

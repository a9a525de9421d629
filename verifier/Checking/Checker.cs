using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>Judges whether an instruction is safe in a state, and never changes the state.</summary>
internal sealed class Checker
{
    private readonly ProgramEnvironment _environment;
    private readonly MemoryChecker _memory;
    private readonly HelperChecker _helpers;

    public Checker(ProgramEnvironment environment)
    {
        _environment = environment;
        ResultChecker results = new(environment);
        _memory = new(environment, results);
        _helpers = new(environment, _memory, results);
    }

    /// <summary>The first requirement of the instruction that isn't proven to hold; null where all are.</summary>
    /// <param name="requirements">Of the instruction, as <see cref="Requirements.Of"/> says.</param>
    /// <param name="state">What is known before it.</param>
    public Finding? Check(ReadOnlySpan<Requirement> requirements, MachineState state)
    {
        foreach (Requirement requirement in requirements)
        {
            if (Judge(requirement, state) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private Finding? Judge(Requirement requirement, MachineState state) => requirement switch
    {
        Requirement.Never never => new(never.Code, never.Reason),
        Requirement.Usable usable => Registers.Unusable(usable.Register, state),
        Requirement.Number number => Registers.NotNumber(number.Register, state, number.Otherwise, number.Use),
        Requirement.Addable addable => JudgeSum(addable.Instruction, state),
        Requirement.Subtractable { Left: var left, Right: var right } =>
            AreInPacket(state[left.Register], state[right.Register]) ? null : Judge(left, state) ?? Judge(right, state),
        Requirement.Comparable comparable => JudgeComparison(comparable.Instruction, state),
        Requirement.Loadable load => _memory.JudgeLoad(load.Instruction, state),
        Requirement.Storable store => _memory.JudgeStore(store.Instruction, state),
        Requirement.Updatable update => _memory.JudgeAtomic(update.Instruction, state),
        Requirement.PacketLoad load => JudgePacketLoad(load.Instruction, state),
        Requirement.Aligned aligned => MemoryChecker.JudgeAlignment(aligned.Instruction, state),
        Requirement.KnownMap map => JudgeMap(map),
        Requirement.Unlocked unlocked => LockChecker.JudgeUnlocked(unlocked.Use, state),
        Requirement.Callable call => _helpers.Judge(call.Helper, state),
        _ => JudgeReturn(state),
    };

    private static Finding? JudgeSum(Instruction instruction, MachineState state)
    {
        Register left = instruction.Destination;
        Value right = Operands.Right(instruction, state);
        if (Registers.Unusable(left, state) is { } unusable)
        {
            return unusable;
        }

        if (right is Value.Unusable)
        {
            return Registers.Unusable(instruction.Source, state);
        }

        return (state[left], right) switch
        {
            (Value.Number, Value.Number) => null,
            var (minuend, subtrahend) when instruction.Opcode.AluOperation == AluOperation.Subtract && AreInPacket(minuend, subtrahend) => null,
            (Value.Pointer pointer, Value.Number number) => JudgeOffset(left, pointer, number, instruction.Opcode.AluOperation),
            (Value.Number number, Value.Pointer pointer) when instruction.Opcode.AluOperation == AluOperation.Add =>
                JudgeOffset(instruction.Source, pointer, number, AluOperation.Add),
            (Value.OrNull, _) => new(
                RejectionCode.NullAddress, $"{left} is {state[left]}; it must be compared with zero before anything is added to it.", left),
            _ => new(
                RejectionCode.PointerArithmetic,
                $"{left} is {state[left]} and is combined with {right}; only numbers may be added to or subtracted from addresses.", left),
        };
    }

    private static bool AreInPacket(Value left, Value right) =>
        left is Value.Pointer { Region.IsPacket: true } && right is Value.Pointer { Region.IsPacket: true };

    private static Finding? JudgeOffset(Register register, Value.Pointer pointer, Value.Number number, AluOperation operation)
    {
        if (number.Term.Result is not null)
        {
            return new(RejectionCode.ResultInfluence, $"{register} is {pointer} and is moved by {number}; results must not choose addresses.", register);
        }

        if (!number.Range.IsConstant && !pointer.Region.TakesVariableOffsets)
        {
            return new(
                RejectionCode.VariableOffset,
                $"{register} is {pointer} and is moved by {number}; an address in {pointer.Region} needs a constant offset.", register);
        }

        return PointerOffsets.Moved(pointer, number, operation) is null
            ? new(
                RejectionCode.PointerArithmetic,
                $"{register} is {pointer} and is moved by {number}; offsets must be proven to stay within {PointerOffsets.Farthest} bytes.", register)
            : null;
    }

    private static Finding? JudgeComparison(Instruction instruction, MachineState state)
    {
        Value left = state[instruction.Destination];
        Value right = Operands.Right(instruction, state);
        if (Registers.Unusable(instruction.Destination, state) is { } unusable)
        {
            return unusable;
        }

        if (right is Value.Unusable)
        {
            return Registers.Unusable(instruction.Source, state);
        }

        if (left is Value.Number first && right is Value.Number second)
        {
            return state.Decision is { } decision && (first.Term.Result ?? second.Term.Result) is not null
                ? new(
                    RejectionCode.ResultInfluence,
                    $"{instruction.Destination} is {first} and is compared with {second}; the branch at {decision.Branch} was decided by a "
                    + "result already, and inside it only that result's own update is allowed.", instruction.Destination)
                : null;
        }

        bool isNullCheck = left is Value.Pointer or Value.OrNull && Operands.IsZero(right)
            && instruction.Opcode.Class == InstructionClass.Jump
            && instruction.Opcode.JumpOperation is JumpOperation.Equal or JumpOperation.NotEqual;
        bool isPacketCheck = left is Value.Pointer { Region.IsPacket: true } && right is Value.Pointer { Region.IsPacket: true }
            && instruction.Opcode.Class == InstructionClass.Jump && instruction.Opcode.JumpOperation != JumpOperation.BitsSet;
        return isNullCheck || isPacketCheck
            ? null
            : new(
                RejectionCode.PointerComparison,
                $"{instruction.Destination} is {left} and is compared with {right}; an address may only be compared for equality with zero, or one in the packet with another.", instruction.Destination);
    }

    private Finding? JudgePacketLoad(Instruction instruction, MachineState state)
    {
        if (_environment.Kind is not (ProgramKind.SocketFilter or ProgramKind.TrafficControl))
        {
            return new(RejectionCode.LegacyPacketLoad, "legacy packet loads have no packet to load from here.");
        }

        if (state[Register.R6] is not Value.Pointer { Region.Kind: RegionKind.Context, Offset: { IsConstant: true, Number: 0 } })
        {
            return new(RejectionCode.LegacyPacketLoad, $"{Register.R6} is {state[Register.R6]}; legacy packet loads take the context there.", Register.R6);
        }

        if (!state.References.IsEmpty || state.Depth > 0)
        {
            return new(RejectionCode.LegacyPacketLoad, "a legacy packet load can end the program, which it may not in a called function or with a reserved record.");
        }

        return instruction.Opcode.Mode == MemoryMode.Indirect
            ? Registers.NotNumber(instruction.Source, state, RejectionCode.PointerArithmetic, "an offset in the packet")
            : null;
    }

    private Finding? JudgeMap(Requirement.KnownMap map)
    {
        if ((uint)map.Index >= (uint)_environment.Program.Maps.Length)
        {
            return new(RejectionCode.UnknownMap, $"map {map.Index} is loaded; the program has {_environment.Program.Maps.Length} maps.");
        }

        return map.Use == WideImmediateKind.MapValue && _environment.Map(map.Index).Type != MapType.Array
            ? new(RejectionCode.UnsupportedWideLoad, $"a value of map {_environment.Map(map.Index).Name} is addressed; only arrays have values at fixed places.")
            : null;
    }

    /// <summary>A function may return what it likes to its caller; the program answers with a number.</summary>
    private static Finding? JudgeReturn(MachineState state)
    {
        if (state.Depth > 0)
        {
            return null;
        }

        if (!state.References.IsEmpty)
        {
            return new(
                RejectionCode.UnreleasedReference,
                "a record that was reserved in a ring buffer is not given back; it must be submitted or discarded on every path to here.");
        }

        if (Registers.NotNumber(Register.R0, state, RejectionCode.PointerLeak, "the return value") is { } finding)
        {
            return finding;
        }

        return ((Value.Number)state[Register.R0]).Term.Result is null
            ? null
            : new(RejectionCode.ResultInfluence, $"r0 is {state[Register.R0]} at the exit; results must not be returned.", Register.R0);
    }
}

using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Flow;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>
/// Judges whether a call is one of those that a global function was verified for: its arguments are what the prototype says, and it is
/// made where nothing else has to be known of the caller.
/// </summary>
internal sealed class PrototypeChecker
{
    private readonly ProgramEnvironment _environment;
    private readonly MemoryChecker _memory;

    public PrototypeChecker(ProgramEnvironment environment)
    {
        _environment = environment;
        _memory = new(environment, new ResultChecker(environment));
    }

    /// <summary>Whether the prototype holds for a call.</summary>
    /// <param name="arguments">What the function takes, with the context told apart.</param>
    /// <param name="reach">What it may do.</param>
    /// <param name="state">What is known before the call.</param>
    public bool Allows(ImmutableArray<FunctionArgument> arguments, FunctionReach reach, MachineState state)
    {
        bool isTold = state.Decision is not null
            || (state.IsRepeated && (reach & (FunctionReach.MakesTailCalls | FunctionReach.TouchesResults)) != FunctionReach.None)
            || (!state.References.IsEmpty && reach.HasFlag(FunctionReach.MakesTailCalls));
        return !isTold && Enumerable.Range(0, arguments.Length).All(index => IsGiven(arguments[index], new Register((byte)(Register.R1 + index)), state));
    }

    private bool IsGiven(FunctionArgument argument, Register register, MachineState state) => argument.Kind switch
    {
        FunctionArgumentKind.Number => state[register] is Value.Number { Term.Result: null },
        FunctionArgumentKind.Context => state[register] == _environment.Called,
        FunctionArgumentKind.MemoryOrNull when Operands.IsZero(state[register]) => state[register] is Value.Number { Term.Result: null },
        FunctionArgumentKind.MemoryOrNull when state[register] is Value.OrNull { Target: Value.Pointer pointer } => IsMemory(register, pointer, argument.Size, state),
        _ => state[register] is Value.Pointer pointer && IsMemory(register, pointer, argument.Size, state),
    };

    /// <summary>Whether the function may read the bytes, and, but for row programs, whose functions change no memory that they are given, write them.</summary>
    private bool IsMemory(Register register, Value.Pointer pointer, int size, MachineState state)
    {
        if (pointer.Region.Kind is RegionKind.Row or RegionKind.Context or RegionKind.PacketEnd or RegionKind.GroupValue)
        {
            return false;
        }

        Place place = Place.At(pointer, 0, size);
        return !_environment.IsResult(place)
            && _memory.JudgeNumbers(register, place, state) is null
            && (_environment.TakesRows || _memory.NotWritable(register, place) is null)
            && !(place.Region.Kind == RegionKind.Stack && state.StackAt(place.Region.Index).IsInfluenced(place.StackSlots));
    }
}

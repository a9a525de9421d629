using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Checking;

/// <summary>Judges helper calls by the helpers' signatures.</summary>
internal sealed class HelperChecker
{
    private readonly ProgramEnvironment _environment;
    private readonly MemoryChecker _memory;

    public HelperChecker(ProgramEnvironment environment, MemoryChecker memory)
    {
        _environment = environment;
        _memory = memory;
    }

    public Finding? Judge(int number, MachineState state)
    {
        if (HelperTable.Find(number) is not { } helper)
        {
            return new(RejectionCode.UnknownHelper, $"helper {number} is called; there is none with this number.");
        }

        if (helper.Arguments.Any(kind => kind is not (ArgumentKind.Scalar or ArgumentKind.Map or ArgumentKind.MapKey)))
        {
            return new(RejectionCode.UnknownHelper, $"{helper.Name} is called, whose arguments aren't proven yet.");
        }

        if (_environment.TakesRows && helper.Purity != HelperPurity.Pure)
        {
            return new(
                RejectionCode.ImpureHelper,
                $"{helper.Name} is called, whose answer varies; a {_environment.Kind} program must give the same answer for the same record.");
        }

        for (int argument = 0; argument < helper.Arguments.Length; argument++)
        {
            Register register = new((byte)(Register.R1 + argument));
            if ((Registers.Unusable(register, state) ?? Judge(helper, helper.Arguments[argument], register, state)) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private Finding? Judge(HelperSignature helper, ArgumentKind kind, Register register, MachineState state) => kind switch
    {
        ArgumentKind.Scalar => Registers.NotNumber(register, state, RejectionCode.HelperArgument, $"this argument of {helper.Name}")
            ?? Influence(helper, register, ((Value.Number)state[register]).Term),
        ArgumentKind.Map => JudgeMap(helper, register, state),
        _ => JudgeKey(helper, register, state),
    };

    private Finding? JudgeMap(HelperSignature helper, Register register, MachineState state) =>
        state[register] is Value.Map map && _environment.Map(map.Index) is { Role: MapRole.Declared, Inner: null } declared
            && helper.MapTypes.Contains(declared.Type)
            ? null
            : new(RejectionCode.HelperArgument, $"{register} is {state[register]}; {helper.Name} takes a map that the program declares.");

    /// <summary>The map is the argument before, which was judged before.</summary>
    private Finding? JudgeKey(HelperSignature helper, Register register, MachineState state)
    {
        Value.Map map = (Value.Map)state[Register.R1];
        int size = _environment.Map(map.Index).KeySize;
        if (state[register] is not Value.Pointer pointer || pointer.Region.Kind == RegionKind.Row)
        {
            return new(
                RejectionCode.HelperArgument,
                $"{register} is {state[register]}; {helper.Name} takes the address of {size} bytes of key on the stack, in memory or in a map.");
        }

        Place place = Place.At(pointer, 0, size);
        if (_memory.JudgeNumbers(register, place, state) is { } finding)
        {
            return finding;
        }

        if (_environment.IsResult(place))
        {
            return new(RejectionCode.ResultInfluence, $"{register} is {pointer}; results must not be keys.");
        }

        return place.Region.Kind == RegionKind.Stack && state.StackAt(place.Region.Index).IsInfluenced(place.StackSlots)
            ? new(RejectionCode.ResultInfluence, $"{register} leads to what depends on a result; {helper.Name} must not get what results decide.")
            : null;
    }

    private static Finding? Influence(HelperSignature helper, Register register, Term term) => term.Result is null
        ? null
        : new(RejectionCode.ResultInfluence, $"{register} depends on a result; {helper.Name} must not get what results decide.");
}

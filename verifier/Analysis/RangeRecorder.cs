using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Verifier.Domains;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>Collects the numbers that registers hold around each instruction, over all paths, turns and calls.</summary>
internal sealed class RangeRecorder
{
    /// <summary>Holds nothing: the union with it changes nothing.</summary>
    private static readonly NumberRange None = new(long.MaxValue, long.MinValue);

    private readonly InstructionRanges[] _ranges;

    public RangeRecorder(int slots)
    {
        _ranges = new InstructionRanges[slots];
        Array.Fill(_ranges, new InstructionRanges(None, None, None));
    }

    /// <summary>An instruction is about to run in a state.</summary>
    public void Enter(int slot, Instruction instruction, MachineState state)
    {
        ref InstructionRanges ranges = ref _ranges[slot];
        ranges = ranges with
        {
            Left = ranges.Left.Join(RangeOf(state[instruction.Destination])),
            Right = ranges.Right.Join(ReadsSource(instruction.Opcode) ? RangeOf(state[instruction.Source]) : NumberRange.Any),
        };
    }

    /// <summary>An instruction has left a state.</summary>
    public void Leave(int slot, Instruction instruction, MachineState state)
    {
        Register written = instruction.IsCall ? Register.R0 : instruction.Destination;
        _ranges[slot] = _ranges[slot] with { Result = _ranges[slot].Result.Join(RangeOf(state[written])) };
    }

    public ImmutableArray<InstructionRanges> Finish() =>
        [.. _ranges.Select(ranges => new InstructionRanges(Known(ranges.Left), Known(ranges.Right), Known(ranges.Result)))];

    private static bool ReadsSource(Opcode opcode) =>
        opcode.IsMemory ? opcode.Class is InstructionClass.LoadX or InstructionClass.StoreX : opcode.UsesSourceRegister;

    private static NumberRange Known(NumberRange range) => range == None ? NumberRange.Any : range;

    private static NumberRange RangeOf(Value value)
    {
        if (value is not Value.Number number)
        {
            return NumberRange.Any;
        }

        Interval<long> signed = number.Range.Whole.Signed;
        return new(signed.Minimum, signed.Maximum);
    }
}

using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Verifier.Flow;
using NearData.Verifier.States;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Explanations;

/// <summary>Which parts of a state an instruction changes, and what it makes them of.</summary>
internal static class Dataflow
{
    /// <summary>What an instruction made a location of, or learned of it from; null where it has nothing to do with it.</summary>
    /// <param name="instruction">Neither an exit nor a call of a function of the program.</param>
    /// <param name="before">What was known before it.</param>
    /// <param name="after">What was known on the way on.</param>
    /// <param name="wanted">The location.</param>
    public static IReadOnlyList<Location>? Sources(Instruction instruction, MachineState before, MachineState after, Location wanted)
    {
        if (instruction.IsConditionalJump)
        {
            return Differs(before, after, wanted) ? [wanted, .. Read(instruction, before)] : null;
        }

        if (instruction.IsCall || instruction is { IsWide: false, Opcode.Class: InstructionClass.Load })
        {
            return OfCall(instruction, before, after, wanted);
        }

        if (wanted.Kind == LocationKind.Stack)
        {
            return OfStack(instruction, before, wanted);
        }

        bool isWritten = wanted.Kind == LocationKind.Register && wanted.Depth == before.Depth
            && ((Liveness.Written(instruction) & (1 << wanted.Index)) != 0 || (instruction.IsAtomic && Differs(before, after, wanted)));
        return isWritten ? [.. Read(instruction, before), .. StackRead(instruction, before)] : null;
    }

    /// <summary>The registers that an instruction reads, but for the frame pointer.</summary>
    public static IEnumerable<Location> Read(Instruction instruction, MachineState state)
    {
        int read = Liveness.Read(instruction);
        return Enumerable.Range(0, Register.R10)
            .Where(number => (read & (1 << number)) != 0)
            .Select(number => Location.Of(new Register((byte)number), state.Depth));
    }

    /// <summary>The stack's slots that an instruction touches.</summary>
    public static IEnumerable<Location> Touched(Instruction instruction, MachineState state) =>
        Place.Of(instruction, state) is { Region.Kind: RegionKind.Stack } place ? SlotsOf(place) : [];

    /// <summary>The slots of a place on a stack that are within it.</summary>
    public static IEnumerable<Location> SlotsOf(Place place)
    {
        if (place.Offsets.Minimum < -StackFrame.Size || place.Offsets.Maximum + place.Size > 0)
        {
            return [];
        }

        (int first, int limit) = place.StackSlots;
        return Enumerable.Range(first, limit - first).Select(slot => Location.OfStack(slot, place.Region.Index));
    }

    private static IEnumerable<Location> StackRead(Instruction instruction, MachineState state) =>
        instruction.Opcode.Class == InstructionClass.LoadX || instruction.IsAtomic ? Touched(instruction, state) : [];

    private static IReadOnlyList<Location>? OfStack(Instruction instruction, MachineState before, Location wanted)
    {
        bool stores = instruction.Opcode.Class is InstructionClass.Store or InstructionClass.StoreX;
        if (!stores || Place.Of(instruction, before) is not { Region.Kind: RegionKind.Stack } place || !SlotsOf(place).Contains(wanted))
        {
            return null;
        }

        IEnumerable<Location> read = Read(instruction, before);
        return place.WholeSlot is null ? [.. read, wanted] : [.. read];
    }

    /// <summary>A helper's answer is made of its arguments; what else it changes, it took away or filled.</summary>
    private static IReadOnlyList<Location>? OfCall(Instruction instruction, MachineState before, MachineState after, Location wanted)
    {
        bool isAnswer = wanted.Kind == LocationKind.Register && wanted.Index == Register.R0 && wanted.Depth == before.Depth;
        HelperSignature? helper = instruction.IsCall ? HelperTable.Find(instruction.Immediate) : null;
        return isAnswer && helper is { Returns: ReturnKind.MapValueOrNull or ReturnKind.RingRecordOrNull } ? [Location.Of(Register.R1, before.Depth)]
            : isAnswer && helper is not { Returns: ReturnKind.Nothing } ? [.. Read(instruction, before)]
            : isAnswer || Differs(before, after, wanted) ? []
            : null;
    }

    private static bool Differs(MachineState before, MachineState after, Location wanted) =>
        wanted.In(before) is { } known && wanted.In(after) is { } told && !ReferenceEquals(known, told) && !known.Equals(told);
}

using NearData.Isa;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Checking;

/// <summary>What must hold before each instruction of the set (RFC 9669) runs.</summary>
internal static class Requirements
{
    public static Requirement[] Of(Instruction instruction) => instruction.Opcode.Class switch
    {
        InstructionClass.Alu or InstructionClass.Alu64 => Arithmetic(instruction),
        InstructionClass.Jump or InstructionClass.Jump32 => Jump(instruction),
        InstructionClass.Load => WideLoad(instruction),
        InstructionClass.LoadX => [new Requirement.Loadable(instruction)],
        _ when instruction.IsAtomic => Atomic(instruction),
        _ => [new Requirement.Storable(instruction)],
    };

    private static Requirement[] Atomic(Instruction instruction) => (AtomicOperation)instruction.Immediate switch
    {
        AtomicOperation.LoadAcquire => [new Requirement.Loadable(instruction), new Requirement.Aligned(instruction)],
        AtomicOperation.StoreRelease => [new Requirement.Storable(instruction), new Requirement.Aligned(instruction)],
        _ => [new Requirement.Updatable(instruction)],
    };

    private static Requirement[] Arithmetic(Instruction instruction)
    {
        bool is64 = instruction.Opcode.Class == InstructionClass.Alu64;
        bool usesSource = instruction.Opcode.UsesSourceRegister;
        switch (instruction.Opcode.AluOperation)
        {
            case AluOperation.Move when usesSource:
                bool copies = is64 && instruction.Offset == 0;
                return copies ? [new Requirement.Usable(instruction.Source)] : [Operand(instruction.Source)];
            case AluOperation.Move:
                return [];
            case AluOperation.Negate or AluOperation.End:
                return [Operand(instruction.Destination)];
            case AluOperation.Add or AluOperation.Subtract when is64:
                return [new Requirement.Addable(instruction)];
            case AluOperation.Subtract when usesSource:
                return [new Requirement.Subtractable(Operand(instruction.Destination), Operand(instruction.Source))];
            case AluOperation.ShiftLeft or AluOperation.ShiftRight or AluOperation.ArithmeticShiftRight
                when !usesSource && (uint)instruction.Immediate >= (is64 ? 64 : 32):
                return [TooFar(instruction.Immediate, is64 ? 64 : 32)];
            default:
                return usesSource ? [Operand(instruction.Destination), Operand(instruction.Source)] : [Operand(instruction.Destination)];
        }
    }

    private static Requirement[] Jump(Instruction instruction)
    {
        if (instruction.IsExit)
        {
            return [new Requirement.Unlocked("an exit"), new Requirement.Returnable()];
        }

        bool callsFunction = instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Local;
        return callsFunction ? [new Requirement.Unlocked("a call")]
            : instruction.IsCall ? [Call(instruction)]
            : instruction.IsMayGoto ? []
            : instruction.IsConditionalJump ? [new Requirement.Comparable(instruction)]
            : [];
    }

    private static Requirement Call(Instruction instruction) => (CallKind)instruction.Source.Number switch
    {
        CallKind.HelperByBtf => new Requirement.Never(
            RejectionCode.BtfCall, "functions can't be called by BTF id; only helpers may be called, by number."),
        _ => new Requirement.Callable(instruction.Immediate),
    };

    private static Requirement[] WideLoad(Instruction instruction)
    {
        if (!instruction.IsWide)
        {
            return [new Requirement.Unlocked("a packet load"), new Requirement.PacketLoad(instruction)];
        }

        return instruction.WideKind switch
        {
            WideImmediateKind.Number or WideImmediateKind.Function => [],
            WideImmediateKind.Map or WideImmediateKind.MapValue => [new Requirement.KnownMap(instruction.Immediate, instruction.WideKind)],
            WideImmediateKind kind => [new Requirement.Never(RejectionCode.UnsupportedWideLoad, $"a 64-bit load of kind {kind} is not supported.")],
        };
    }

    private static Requirement.Number Operand(Register register) =>
        new(register, RejectionCode.PointerArithmetic, "an operand of this operation");

    private static Requirement.Never TooFar(int count, int width) =>
        new(RejectionCode.ShiftTooFar, $"the shift by {count} leaves nothing of a {width}-bit register; a count from 0 to {width - 1} is needed.");
}

using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Helpers;

namespace NearData.Verifier.Flow;

/// <summary>Which registers can still be read behind each instruction of a function, as bits. Immutable.</summary>
internal sealed class Liveness
{
    /// <summary>The frame pointer, which never changes and is never told apart.</summary>
    private const ushort Arguments = 0b11_1110;

    private readonly ControlFlow _flow;
    private readonly ushort[] _before;

    public Liveness(ControlFlow flow, LoopOrder order, ImmutableArray<Instruction> code)
    {
        _flow = flow;
        _before = new ushort[flow.Function.Length];
        bool changes = true;

        // Against the order of the visit, so that a function without loops takes one round, and each level of loops another.
        while (changes)
        {
            changes = false;
            for (int place = order.Slots.Length - 1; place >= 0; place--)
            {
                int slot = order.Slots[place];
                ushort before = Before(code[slot], After(slot));
                changes |= before != _before[slot - flow.Start];
                _before[slot - flow.Start] = before;
            }
        }
    }

    /// <summary>Whether a register may be read from a slot on before it is written.</summary>
    public bool IsLive(int slot, Register register) => slot == _flow.End
        ? register == Register.R0
        : (_before[slot - _flow.Start] & (1 << register)) != 0;

    /// <summary>The registers that may be read behind an instruction before they are written.</summary>
    public RegisterSet Behind(int slot) => new(After(slot));

    /// <summary>The registers that an instruction reads, as bits.</summary>
    public static int Read(Instruction instruction) => instruction.IsExit ? 1 : Touched(instruction).Read;

    /// <summary>The registers that an instruction writes, as bits.</summary>
    public static int Written(Instruction instruction) => Touched(instruction).Written;

    private ushort After(int slot)
    {
        Successors successors = _flow.Successors(slot);
        int live = 0;
        for (int index = 0; index < successors.Count; index++)
        {
            live |= successors[index] == _flow.End ? 1 : _before[successors[index] - _flow.Start];
        }

        return (ushort)live;
    }

    private static ushort Before(Instruction instruction, ushort after)
    {
        (int read, int written) = Touched(instruction);
        return (ushort)((after & ~written) | read);
    }

    private static (int Read, int Written) Touched(Instruction instruction)
    {
        int destination = 1 << instruction.Destination;
        int source = 1 << instruction.Source;
        Opcode opcode = instruction.Opcode;
        if (opcode.IsArithmetic)
        {
            int operand = opcode.UsesSourceRegister && opcode.AluOperation != AluOperation.End ? source : 0;
            return (opcode.AluOperation == AluOperation.Move ? operand : operand | destination, destination);
        }

        if (opcode.IsJump)
        {
            return instruction.IsExit || instruction.IsUnconditionalJump || instruction.IsMayGoto ? (0, 0)
                : instruction.IsCall ? (CallReads(instruction), Arguments | 1)
                : (destination | (opcode.UsesSourceRegister ? source : 0), 0);
        }

        return opcode.Class switch
        {
            InstructionClass.Load when instruction.IsWide => (0, destination),
            InstructionClass.Load => ((1 << Register.R6) | source, Arguments | 1),
            InstructionClass.LoadX => (source, destination),
            InstructionClass.Store => (destination, 0),
            _ when instruction.IsAtomic && (AtomicOperation)instruction.Immediate == AtomicOperation.LoadAcquire => (source, destination),
            _ => (destination | source | (instruction.IsAtomic ? 1 : 0), 0),
        };
    }

    private static int CallReads(Instruction instruction) =>
        (CallKind)instruction.Source.Number == CallKind.Helper && HelperTable.Find(instruction.Immediate) is { } helper
            ? ((1 << helper.Arguments.Length) - 1) << 1
            : Arguments;
}

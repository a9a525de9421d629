using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests.Kernel.Generation;

/// <summary>Statements to slots: the program first, then its functions, one behind the other, each with an exit at its end.</summary>
internal sealed class CodeLayout
{
    private readonly List<Instruction> _slots = [];

    // Calls and addresses of functions, which are laid out later.
    private readonly List<(int Slot, int Function)> _references = [];
    private readonly List<int> _starts = [];

    public static (ImmutableArray<Instruction> Code, ImmutableArray<ProgramFunction> Functions) Of(IEnumerable<GeneratedFunction> functions)
    {
        CodeLayout layout = new();
        foreach (GeneratedFunction function in functions)
        {
            layout._starts.Add(layout._slots.Count);
            layout._slots.AddRange(layout.Place(function.Body, layout._slots.Count));
            layout._slots.AddRange([.. function.End, Instruction.Exit]);
        }

        foreach ((int slot, int function) in layout._references)
        {
            layout._slots[slot] = layout._slots[slot] with { Immediate = layout._starts[function] - slot - 1 };
        }

        return ([.. layout._slots], [.. layout._starts.Select(layout.Describe)]);
    }

    private ProgramFunction Describe(int start, int function) => new(
        $"function_{function}", start, (function + 1 < _starts.Count ? _starts[function + 1] : _slots.Count) - start);

    private List<Instruction> Place(IReadOnlyList<Statement> block, int start)
    {
        List<Instruction> slots = [];
        List<(int Slot, int Behind)> skips = [];
        for (int statement = 0; statement < block.Count; statement++)
        {
            foreach ((int slot, _) in skips.Where(skip => skip.Behind == statement))
            {
                slots[slot] = WithDistance(slots[slot], slots.Count - slot - 1);
            }

            switch (block[statement])
            {
                case Statement.Code code:
                    slots.AddRange(code.Instructions);
                    break;
                case Statement.Skip skip:
                    skips.Add((slots.Count, Math.Min(statement + 1 + skip.Statements, block.Count)));
                    slots.Add(skip.Jump);
                    break;
                case Statement.Call call:
                    slots.AddRange(call.Before);
                    _references.Add((start + slots.Count, call.Function));
                    slots.AddRange([Programs.CallLocal(0), .. call.After]);
                    break;
                case Statement.CallBack call:
                    slots.AddRange(call.Before);
                    _references.Add((start + slots.Count, call.Function));
                    slots.Add(new Instruction(Opcode.WideImmediate, Register.R2, new Register((byte)WideImmediateKind.Function), 0, 0));
                    slots.AddRange([default, Instruction.CallHelper(call.Helper), .. call.After]);
                    break;
                case Statement.Loop loop:
                    slots.Add(Programs.Move(loop.Counter, loop.Times));
                    List<Instruction> body = Place(loop.Body, start + slots.Count);
                    slots.AddRange(body);
                    slots.Add(Instruction.Alu64(AluOperation.Subtract, loop.Counter, 1));
                    slots.Add(loop.Again with { Offset = (short)-(body.Count + 2) });
                    break;
            }
        }

        foreach ((int slot, _) in skips.Where(skip => skip.Behind == block.Count))
        {
            slots[slot] = WithDistance(slots[slot], slots.Count - slot - 1);
        }

        return slots;
    }

    private static Instruction WithDistance(Instruction jump, int distance) =>
        jump.IsUnconditionalJump && jump.Opcode.Class == InstructionClass.Jump32
            ? jump with { Immediate = distance }
            : jump with { Offset = (short)distance };
}

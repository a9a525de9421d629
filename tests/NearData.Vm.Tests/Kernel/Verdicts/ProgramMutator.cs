using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests.Kernel.Verdicts;

/// <summary>
/// Makes one instruction of a program another one: the mistakes that authors and compilers make (a check that is missing or asks the wrong
/// thing, an offset or a size that is a little off, a register or a slot that was never written, 32 bits for 64, other helpers and maps).
/// What comes out is decodable, and may be as good as before. Slots keep their places.
/// </summary>
internal sealed class ProgramMutator(Random random)
{
    private static readonly Instruction Nothing = Instruction.Goto(0);

    private static readonly JumpOperation[] Conditions =
    [
        JumpOperation.Equal, JumpOperation.Greater, JumpOperation.GreaterOrEqual, JumpOperation.BitsSet, JumpOperation.NotEqual,
        JumpOperation.SignedGreater, JumpOperation.SignedGreaterOrEqual, JumpOperation.Less, JumpOperation.LessOrEqual,
        JumpOperation.SignedLess, JumpOperation.SignedLessOrEqual,
    ];

    private static readonly int[] Steps = [-64, -16, -8, -4, -2, -1, 1, 2, 4, 8, 16, 64];

    private static readonly int[] Helpers = [1, 2, 3, 5, 7, 8, 12, 44, 51, 87, 164, 181];

    private static readonly (Func<Instruction, bool> Fits, Func<ProgramMutator, Instruction, Program, Instruction> Change)[] Mutations =
    [
        (IsCondition, (_, _, _) => Nothing),
        (IsCondition, (it, jump, _) => jump with
        {
            Opcode = Opcode.Jump(jump.Opcode.Class, it.Pick(Conditions), jump.Opcode.UsesSourceRegister),
        }),
        (IsCondition, (_, jump, _) => jump with { Opcode = new Opcode((byte)(jump.Opcode.Value ^ ((int)InstructionClass.Jump ^ (int)InstructionClass.Jump32))) }),
        (slot => IsCondition(slot) && !slot.Opcode.UsesSourceRegister, (it, jump, _) => jump with { Immediate = it.Near(jump.Immediate) }),
        (IsAccess, (it, access, _) => access with { Offset = (short)(access.Offset + it.Pick(Steps)) }),
        (slot => IsAccess(slot) && !slot.IsAtomic, (it, access, _) => access with
        {
            Opcode = Opcode.Memory(access.Opcode.Class, MemoryMode.Memory, it.Pick(MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord)),
        }),
        (slot => slot.Opcode.IsArithmetic || IsAccess(slot), (_, _, _) => Nothing),
        (slot => slot.Opcode.IsArithmetic || IsAccess(slot), (it, slot, _) => slot with { Destination = it.AnyRegister() }),
        (slot => UsesSource(slot) || IsAccess(slot), (it, slot, _) => slot with { Source = it.AnyRegister() }),
        (slot => slot.Opcode.IsArithmetic && !slot.Opcode.UsesSourceRegister && !IsUnary(slot),
            (it, slot, _) => slot with { Immediate = it.Near(slot.Immediate) }),
        (slot => slot.Opcode.IsArithmetic && !IsUnary(slot),
            (_, slot, _) => slot with { Opcode = new Opcode((byte)(slot.Opcode.Value ^ ((int)InstructionClass.Alu ^ (int)InstructionClass.Alu64))) }),
        (IsHelperCall, (it, call, _) => call with { Immediate = it.Pick(Helpers) }),
        (IsHelperCall, (_, _, _) => Nothing),
        (slot => slot.IsWide && slot.WideKind == WideImmediateKind.Map, (it, load, program) => load with { Immediate = it.Pick(program.Maps.Length) }),
        (slot => !slot.IsWide, (_, _, _) => Instruction.Exit),
    ];

    /// <summary>The program with one or two instructions that are others.</summary>
    public Program Mutate(Program program)
    {
        for (int mutations = random.Next(1, 3); mutations > 0; mutations--)
        {
            program = MutateOnce(program);
        }

        return program;
    }

    private static bool IsCondition(Instruction slot) => slot.IsConditionalJump && !slot.IsMayGoto;

    private static bool IsAccess(Instruction slot) => slot.Opcode.IsMemory && !slot.IsWide;

    private static bool IsHelperCall(Instruction slot) => slot.IsCall && slot.Source.Number == (byte)CallKind.Helper;

    private static bool UsesSource(Instruction slot) => slot.Opcode.IsArithmetic && slot.Opcode.UsesSourceRegister && !IsUnary(slot);

    private static bool IsUnary(Instruction slot) => slot.Opcode.AluOperation is AluOperation.End or AluOperation.Negate;

    private Program MutateOnce(Program program)
    {
        while (true)
        {
            (Func<Instruction, bool> fits, Func<ProgramMutator, Instruction, Program, Instruction> change) = Pick(Mutations);
            int[] slots = [.. Enumerable.Range(0, program.Code.Length).Where(slot => !IsSecondHalf(program, slot) && fits(program.Code[slot]))];
            if (slots.Length > 0)
            {
                int slot = Pick(slots);
                return program with { Code = program.Code.SetItem(slot, change(this, program.Code[slot], program)) };
            }
        }
    }

    private static bool IsSecondHalf(Program program, int slot) => slot > 0 && program.Code[slot - 1].IsWide;

    private T Pick<T>(params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];

    private int Pick(int count) => random.Next(count);

    private Register AnyRegister() => new((byte)random.Next(Register.Count));

    private int Near(int number) => random.Next(4) switch
    {
        0 => number * 2,
        1 => random.Next(),
        _ => number + Pick(Steps),
    };
}

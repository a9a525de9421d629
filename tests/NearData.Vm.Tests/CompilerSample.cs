using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Forms;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Vm.Tests;

/// <summary>A program for each instruction that there is, with operands that suit it: numbers, an address of memory, maps, a function.</summary>
internal static class CompilerSample
{
    private const int Length = 64;

    // From the next instruction, and from a wide load's second slot, over the operation and the exit in between.
    private const int FunctionBehindCall = 2;
    private const int FunctionBehindLoad = 3;

    /// <summary>The memory that the programs are called with.</summary>
    public static byte[] Memory() => [.. Enumerable.Range(1, Length).Select(value => (byte)(value * 37))];

    /// <summary>A memory program around one instruction of a form; it returns a mixture of what the instruction may have changed.</summary>
    public static Program Of(InstructionForm form)
    {
        List<Instruction> code =
        [
            Programs.Move(Register.R6, Register.R1),
            .. Programs.LoadNumber(Register.R0, unchecked((long)0x8123_4567_89ab_cdefUL)),
            .. Programs.LoadNumber(Register.R3, unchecked((long)0xfedc_ba98_7654_3210UL)),
            Programs.Move(Register.R4, 7),
        ];
        Instruction sample = Sample(form);
        code.Add(sample);
        if (sample.IsWide)
        {
            code.Add(default);
        }

        if (sample.IsCall || (sample.IsWide && sample.WideKind != WideImmediateKind.Number))
        {
            // A call leaves nothing in r1 to r5, and an address can't be returned; the function is what the immediate may lead to.
            code.AddRange([Instruction.Alu64(AluOperation.And, Register.R0, 1), Instruction.Exit, Programs.Move(Register.R0, 5), Instruction.Exit]);
        }
        else
        {
            code.AddRange(
            [
                Instruction.Alu64(AluOperation.Xor, Register.R0, Register.R3),
                Instruction.Alu64(AluOperation.Add, Register.R0, Register.R4),
                Instruction.Exit,
            ]);
        }

        return new Program
        {
            Name = "sample",
            Section = ".text",
            Kind = ProgramKind.Memory,
            Context = new ProgramContext.Memory(Length),
            Code = [.. code],
            Maps = [Programs.Array("first", 8, 1), Programs.Array("second", 8, 1)],
        };
    }

    private static Instruction Sample(InstructionForm form)
    {
        bool isLoad = form.Opcode.Class == InstructionClass.LoadX || form.Immediate == (int)AtomicOperation.LoadAcquire;
        bool isMemory = form.Opcode.IsMemory && form.Opcode.Class != InstructionClass.Load;
        Register destination = isMemory && !isLoad ? Register.R6 : Register.R3;
        Register source = isLoad ? Register.R6 : Register.R4;
        int immediate = form.Opcode == Instruction.Exit.Opcode ? 0
            : form is { Text: "call {imm}" } ? HelperNumber
            : form.Text.Contains("pc{far}") ? FunctionBehindCall
            : form.Text.Contains("subprog") ? FunctionBehindLoad
            : 1;
        return new Instruction(
            form.Opcode,
            form.Destination is { } register ? new Register((byte)register) : destination,
            form.Source is { } kind ? new Register((byte)kind) : source,
            (short)(form.Offset ?? (isMemory ? 8 : 1)),
            form.Immediate ?? immediate);
    }

    /// <summary>A helper without arguments whose answer doesn't vary here.</summary>
    private static int HelperNumber => SurroundingHelpers.Processor.Number;
}

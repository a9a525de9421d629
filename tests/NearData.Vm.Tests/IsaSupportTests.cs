using System.Collections.Immutable;
using System.Text;
using NearData.Isa;
using NearData.Isa.Decoding;
using NearData.Isa.Forms;
using NearData.Isa.Programs;
using NearData.Isa.Text;
using NearData.TestSupport;
using NearData.Verifier;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests;

/// <summary>docs/isa-support.md: each column is what that part does with a sample of the instruction.</summary>
public sealed class IsaSupportTests
{
    private const string Introduction =
        """
        # The instruction set, and who knows what of it

        Made by `IsaSupportTests` (tests/NearData.Vm.Tests), which fails where this page is out of date; with
        `NEARDATA_REGENERATE_DOCS=1` it writes the page anew.

        One row for each instruction of RFC 9669, and for those that the kernel added since. `rd`, `wd`, `rs`, `ws` are the destination and
        source register, whole or low half;
        `off` and `imm` the offset and the immediate, `imm2` a wide load's second immediate. A number in their columns is the value
        that the field must have. A field that stands for nothing must be 0; what no row describes is refused by the decoder, with the
        instruction's number, the field and its value.

        The decoder turns bytes into instructions, the assembler reads back the text that the disassembler prints, the interpreter
        executes. `no` in the interpreter's column: it stops the program as an undefined instruction. The compiler's column is about
        a program that the verifier takes, with this instruction on operands that suit it: machine code returns what the interpreter
        does. `no`: the verifier takes no such program that is called with memory.


        """;

    private static readonly (string Operand, string Words)[] OperandWords =
    [
        ("{imm32}", "imm"),
        ("{off}", " + off"),
        ("{jump}", "+off"),
        ("{far}", "+imm"),
        ("{index}", " + imm"),
        ("{map}", "imm"),
        ("{high}", "+imm2"),
    ];

    [Fact]
    public void The_page_on_the_instruction_set_is_up_to_date()
    {
        StringBuilder page = new(Introduction.ReplaceLineEndings("\n"));
        page.Append("| opcode | text | src | off | imm | defined in | decoder | assembler | interpreter | compiler |\n");
        page.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (InstructionForm form in InstructionForms.All)
        {
            ImmutableArray<Instruction> sample = Sample(form);
            page.Append(
                $"| `{form.Opcode}` | `{Readable(form)}` "
                + $"| {Field(form.Source)} | {Field(form.Offset)} | {Field(form.Immediate)} | {form.Citation} "
                + $"| {Word(Decodes(sample))} | {Word(Assembles(sample))} | {Word(Runs(sample))} | {Word(Compiles(form))} |\n");
        }

        GeneratedDocument.Check("docs/isa-support.md", page.ToString());
    }

    /// <summary>The instruction, and exits for its jumps to lead to.</summary>
    private static ImmutableArray<Instruction> Sample(InstructionForm form)
    {
        Instruction first = new(
            form.Opcode,
            new Register((byte)(form.Destination ?? Register.R1)),
            new Register((byte)(form.Source ?? Register.R2)),
            (short)(form.Offset ?? 1),
            form.Immediate ?? 1);
        return first.IsWide
            ? [first, default, Instruction.Exit, Instruction.Exit]
            : [first, Instruction.Exit, Instruction.Exit];
    }

    private static bool Decodes(ImmutableArray<Instruction> sample) =>
        InstructionDecoder.Decode(InstructionEncoder.Encode(sample.AsSpan())).SequenceEqual(sample);

    private static bool Assembles(ImmutableArray<Instruction> sample) =>
        Assembler.Assemble(string.Join('\n', Disassembler.Lines(sample).Select(line => line.Text))).SequenceEqual(sample);

    /// <summary>Whether the interpreter knows the instruction; the conformance suite shows that it does it rightly.</summary>
    private static bool Runs(ImmutableArray<Instruction> sample)
    {
        Program program = new()
        {
            Name = "sample",
            Section = ".text",
            Kind = ProgramKind.Memory,
            Context = new ProgramContext.Memory(16),
            Code = sample,
        };
        try
        {
            Interpreter.RunMemory(program, new byte[16]);
            return true;
        }
        catch (ExecutionFaultException fault)
        {
            return fault.Kind != FaultKind.UndefinedInstruction;
        }
    }

    /// <summary>Whether machine code does with suitable operands what the interpreter does.</summary>
    private static bool Compiles(InstructionForm form)
    {
        Program program = CompilerSample.Of(form);
        if (!ProgramVerifier.TryVerify(program, out VerifiedProgram? verified, out _))
        {
            return false;
        }

        byte[] interpreted = CompilerSample.Memory();
        byte[] compiled = CompilerSample.Memory();
        using MapSet maps = new(program.Maps);
        ulong expected = Interpreter.RunMemory(program, interpreted);
        return CompiledMemoryProgram.Compile(verified).Run(compiled, maps) == expected && compiled.AsSpan().SequenceEqual(interpreted);
    }

    private static string Readable(InstructionForm form)
    {
        StringBuilder text = new(form.Text);
        foreach ((string operand, string words) in OperandWords)
        {
            text.Replace(operand, words);
        }

        // A bar ends a cell, even between backquotes.
        return text.Replace("{", "").Replace("}", "").Replace("|", "\\|").ToString();
    }

    private static string Field(int? value) => value switch
    {
        null => "any",
        >= 0x40 => $"0x{value:x}",
        _ => $"{value}",
    };

    private static string Word(bool isKnown) => isKnown ? "yes" : "no";
}

using System.Collections.Immutable;

namespace NearData.Isa.Forms;

/// <summary>The whole instruction set of RFC 9669 as a table: what is not in it is undefined.</summary>
public static class InstructionForms
{
    private static readonly ImmutableArray<InstructionForm>[] ByOpcode = Index();

    /// <summary>Every form, in order of opcode.</summary>
    public static IEnumerable<InstructionForm> All => ByOpcode.SelectMany(forms => forms);

    /// <summary>The forms that share an opcode and differ in other fields; empty for an undefined opcode.</summary>
    public static ImmutableArray<InstructionForm> With(Opcode opcode) => ByOpcode[opcode.Value];

    /// <summary>The form of an instruction, or null where it is undefined or sets an unused field.</summary>
    public static InstructionForm? Find(Instruction instruction)
    {
        foreach (InstructionForm form in ByOpcode[instruction.Opcode.Value])
        {
            if (form.Matches(instruction))
            {
                return form;
            }
        }

        return null;
    }

    private static ImmutableArray<InstructionForm>[] Index()
    {
        ILookup<byte, InstructionForm> forms = ArithmeticForms.All()
            .Concat(JumpForms.All())
            .Concat(MemoryForms.All())
            .ToLookup(form => form.Opcode.Value);
        return [.. Enumerable.Range(0, 256).Select(opcode => forms[(byte)opcode].ToImmutableArray())];
    }
}

using System.Collections.Immutable;
using NearData.Isa.Forms;

namespace NearData.Isa.Decoding;

/// <summary>Holds one instruction against the table of forms, and puts what is wrong into words.</summary>
internal static class FieldRules
{
    private static readonly (string Name, Func<Instruction, int> Value, Func<InstructionForm, int?> Required)[] Fields =
    [
        ("dst", instruction => instruction.Destination, form => form.Destination),
        ("src", instruction => instruction.Source, form => form.Source),
        ("off", instruction => instruction.Offset, form => form.Offset),
        ("imm", instruction => instruction.Immediate, form => form.Immediate),
    ];

    /// <summary>The instruction's form; it is one that the instruction set defines, and names existing registers only.</summary>
    /// <param name="slot">The number of its first slot.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="second">The slot behind it; null at the program's end. Only wide loads look at it.</param>
    public static InstructionForm Check(int slot, Instruction instruction, Instruction? second)
    {
        InstructionForm form = InstructionForms.Find(instruction) ?? throw Undefined(slot, instruction);
        if (form.Destination is null)
        {
            CheckRegister(slot, "dst", instruction.Destination, form.WritesDestination);
        }

        if (form.Source is null)
        {
            CheckRegister(slot, "src", instruction.Source, form.WritesSource);
        }

        if (instruction.IsWide)
        {
            CheckSecondSlot(slot + 1, form, second ?? throw new InvalidInstructionException(
                slot, "opcode", "the second slot of this 64-bit immediate load is missing (RFC 9669, 3.2)."));
        }

        return form;
    }

    /// <summary>The second slot holds the upper immediate, where the load has one, and nothing else (RFC 9669, 3.2).</summary>
    private static void CheckSecondSlot(int slot, InstructionForm form, Instruction second)
    {
        if (second.Opcode.Value != 0)
        {
            throw new InvalidInstructionException(
                slot, "opcode", $"opcode is {second.Opcode}, but must be 0 in the second slot of {form.Text} (RFC 9669, 3.2).");
        }

        foreach ((string name, Func<Instruction, int> value, _) in Fields)
        {
            bool isUsed = name == "imm" && form.SecondImmediate is null;
            if (!isUsed && value(second) != 0)
            {
                throw new InvalidInstructionException(
                    slot, name, $"{name} is {value(second)}, but must be 0 in the second slot of {form.Text} (RFC 9669, 3.2).");
            }
        }
    }

    private static void CheckRegister(int slot, string field, Register register, bool isWritten)
    {
        if (register >= Register.Count)
        {
            throw new InvalidInstructionException(
                slot, field, $"{field} is {register.Number}, but the last register is {Register.R10} (RFC 9669, 3.1).");
        }

        if (isWritten && register == Register.R10)
        {
            throw new InvalidInstructionException(
                slot, field, $"{field} is {register}, the frame pointer, which is read-only (BPF ABI, registers).");
        }
    }

    /// <summary>Narrows the opcode's forms field by field: the first field that leaves none is the one at fault.</summary>
    private static InvalidInstructionException Undefined(int slot, Instruction instruction)
    {
        ImmutableArray<InstructionForm> forms = InstructionForms.With(instruction.Opcode);
        if (forms.IsEmpty)
        {
            return new(slot, "opcode", $"opcode {instruction.Opcode} is not defined (RFC 9669, 4 and 5).");
        }

        foreach ((string name, Func<Instruction, int> value, Func<InstructionForm, int?> required) in Fields)
        {
            int found = value(instruction);
            ImmutableArray<InstructionForm> remaining = [.. forms.Where(form => (required(form) ?? found) == found)];
            if (remaining.IsEmpty)
            {
                string allowed = string.Join(" or ", forms.Select(required).Distinct().Order());
                return new(
                    slot,
                    name,
                    $"{name} is {found}, but must be {allowed} with opcode {instruction.Opcode} ({forms[0].Citation}).");
            }

            forms = remaining;
        }

        throw new InvalidOperationException($"{instruction} has a form.");
    }
}

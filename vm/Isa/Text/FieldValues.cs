using NearData.Isa.Forms;

namespace NearData.Isa.Text;

/// <summary>What the operands of one line of assembly said of the instruction's fields.</summary>
/// <param name="Destination">Null where the text doesn't name it.</param>
/// <param name="Source">Null where the text doesn't name it.</param>
/// <param name="Offset">Null where the text doesn't give it.</param>
/// <param name="Immediate">Null where the text doesn't give it.</param>
/// <param name="SecondImmediate">Null where the text doesn't give it.</param>
/// <param name="Label">The label that the offset or the immediate leads to, in place of its value.</param>
internal readonly record struct FieldValues(
    Register? Destination, Register? Source, short? Offset, int? Immediate, int? SecondImmediate, string? Label)
{
    /// <summary>The instruction, with the form's own values in the fields that are no operands.</summary>
    public Instruction ToInstruction(InstructionForm form) => new(
        form.Opcode,
        Destination ?? new Register((byte)(form.Destination ?? 0)),
        Source ?? new Register((byte)(form.Source ?? 0)),
        Offset ?? (short)(form.Offset ?? 0),
        Immediate ?? form.Immediate ?? 0);
}

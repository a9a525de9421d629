using NearData.Client.Linq.Ir;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Objects;
using NearData.Isa.Programs;

namespace NearData.Client.Linq.Emission;

/// <summary>
/// Writes calls of helpers over texts. The row's address is in r1 before and after; every other register that a call may change
/// (r0 and r2 to r5) is the caller's to save.
/// </summary>
internal sealed class TextEmitter(CodeWriter code, DataLayout layout)
{
    /// <summary>Leaves the answer in r0.</summary>
    /// <param name="test">What is asked.</param>
    /// <param name="rowPlace">Eight bytes of the stack that the row's address is kept in meanwhile.</param>
    public void Ask(TextTest test, short rowPlace)
    {
        code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, rowPlace, Register.R1));
        if (test.Right is TextParameter parameter)
        {
            LoadAddress(Register.R1, parameter);
            code.Add(Instruction.Alu64(AluOperation.Move, Register.R2, parameter.Capacity));
            code.Add(Instruction.CallHelper(StringHelpers.Length.Number));
            code.Add(Instruction.Alu64(AluOperation.Move, Register.R4, Register.R0));
            LoadAddress(Register.R3, parameter);
            code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, rowPlace));
        }
        else
        {
            Load(((TextField)test.Right).Column, Register.R3, Register.R4);
        }

        Load(test.Left.Column, Register.R5, Register.R2);
        code.Add(Instruction.Alu64(AluOperation.Move, Register.R1, Register.R5));
        code.Add(Instruction.CallHelper(test.Relation.Helper().Number));
        code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, rowPlace));
    }

    /// <summary>Copies a field's text to the stack; leaves its length, or less than zero where it is too long, in r0.</summary>
    /// <param name="text">The field.</param>
    /// <param name="place">Where to, from the frame pointer.</param>
    /// <param name="size">Bytes, all of which are filled.</param>
    /// <param name="rowPlace">As for <see cref="Ask"/>.</param>
    public void Copy(TextField text, short place, int size, short rowPlace)
    {
        code.Add(Instruction.Store(MemorySize.DoubleWord, Register.R10, rowPlace, Register.R1));
        Load(text.Column, Register.R3, Register.R4);
        code.Add(Instruction.Alu64(AluOperation.Move, Register.R1, Register.R10));
        code.Add(Instruction.Alu64(AluOperation.Add, Register.R1, place));
        code.Add(Instruction.Alu64(AluOperation.Move, Register.R2, size));
        code.Add(Instruction.CallHelper(StringHelpers.Copy.Number));
        code.Add(Instruction.Load(MemorySize.DoubleWord, Register.R1, Register.R10, rowPlace));
    }

    private void LoadAddress(Register register, TextParameter parameter) =>
        code.Add(Instruction.LoadMapValue(register, ObjectBuilder.ParametersMap, layout.Offset(parameter)));

    private void Load(RowColumn column, Register data, Register length)
    {
        short offset = layout.Value(column);
        code.Add(Instruction.Load(MemorySize.DoubleWord, data, Register.R1, (short)(offset + TextLayout.DataOffset)));
        code.Add(Instruction.Load(MemorySize.DoubleWord, length, Register.R1, (short)(offset + TextLayout.LengthOffset)));
    }
}

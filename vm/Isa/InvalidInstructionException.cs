namespace NearData.Isa;

/// <summary>Bytes that are no program: an undefined opcode, a reserved field in use, a jump to nowhere. The caller's to fix.</summary>
public sealed class InvalidInstructionException : Exception
{
    public InvalidInstructionException(int instruction, string field, string message)
        : base($"Instruction {instruction}: {message}")
    {
        Instruction = instruction;
        Field = field;
    }

    /// <summary>The slot's number, from 0.</summary>
    public int Instruction { get; }

    /// <summary>
    /// The field at fault: <c>opcode</c>, <c>dst</c>, <c>src</c>, <c>off</c> or <c>imm</c>; <c>code</c> where the bytes as a whole
    /// are no sequence of instructions.
    /// </summary>
    public string Field { get; }
}

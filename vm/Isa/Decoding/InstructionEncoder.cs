namespace NearData.Isa.Decoding;

/// <summary>Instructions to bytes: the inverse of <see cref="InstructionDecoder"/>.</summary>
public static class InstructionEncoder
{
    /// <summary>8 little-endian bytes for each slot. Nothing is judged here.</summary>
    public static byte[] Encode(ReadOnlySpan<Instruction> program)
    {
        byte[] code = new byte[program.Length * Instruction.Size];
        for (int slot = 0; slot < program.Length; slot++)
        {
            program[slot].Write(code.AsSpan(slot * Instruction.Size));
        }

        return code;
    }
}

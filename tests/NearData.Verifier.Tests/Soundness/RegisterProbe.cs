using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;
using NearData.Vm;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>Reads what a register holds when an instruction is about to run, by sending the program to an early exit there.</summary>
internal static class RegisterProbe
{
    // Returned where the instruction wasn't reached; no generated program computes it.
    private const ulong Missed = 0x5eed_0bad_cafe_f00d;

    /// <summary>The register's content, or null where this input doesn't lead to the slot.</summary>
    public static ulong? Read(Program program, int slot, Register register, ReadOnlySpan<byte> memory)
    {
        ImmutableArray<Instruction> code = program.Code;
        Instruction[] probed = [.. code];
        for (int place = 0; place < code.Length; place++)
        {
            if (code[place].IsExit)
            {
                probed[place] = Instruction.Goto((short)(code.Length + 2 - place - 1));
            }
        }

        probed[slot] = Instruction.Goto((short)(code.Length - slot - 1));
        (Instruction first, Instruction second) = Instruction.LoadNumber(Register.R0, unchecked((long)Missed));
        Program variant = program with
        {
            Code =
            [
                .. probed,
                Instruction.Alu64(AluOperation.Move, Register.R0, register), Instruction.Exit,
                first, second, Instruction.Exit,
            ],
        };
        ulong found = Interpreter.RunMemory(variant, memory.ToArray());
        return found == Missed ? null : found;
    }
}

using NearData.Isa;
using NearData.Verifier.Domains;
using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>The operands of an instruction as values.</summary>
internal static class Operands
{
    /// <summary>The second operand of arithmetic and jumps: the source register, or the immediate sign-extended to 64 bits.</summary>
    public static Value Right(Instruction instruction, MachineState state) =>
        instruction.Opcode.UsesSourceRegister ? state[instruction.Source] : Number(instruction.Immediate);

    /// <summary>What a store writes: the source register, or the immediate sign-extended.</summary>
    public static Value Stored(Instruction instruction, MachineState state) =>
        instruction.Opcode.Class == InstructionClass.StoreX ? state[instruction.Source] : Number(instruction.Immediate);

    public static Value.Number Number(long number) => new(Scalar.Constant(number), new Term.Constant((ulong)number));

    public static bool IsZero(Value value) => value is Value.Number { Range: { IsConstant: true, Number: 0 } };
}

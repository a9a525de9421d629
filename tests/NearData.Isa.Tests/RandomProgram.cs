using System.Collections.Immutable;
using NearData.Isa.Forms;

namespace NearData.Isa.Tests;

/// <summary>Programs that use every form of the instruction set with random operands; all of them decode.</summary>
internal static class RandomProgram
{
    private static readonly InstructionForm[] Forms = [.. InstructionForms.All];

    public static ImmutableArray<Instruction> Next(Random random, int instructions)
    {
        List<(InstructionForm Form, int Slot)> layout = [];
        int slots = 0;
        for (int count = 0; count < instructions; count++)
        {
            InstructionForm form = Forms[random.Next(Forms.Length)];
            layout.Add((form, slots));
            slots += form.Opcode == Opcode.WideImmediate ? 2 : 1;
        }

        List<Instruction> program = [];
        foreach ((InstructionForm form, int slot) in layout)
        {
            int distance = layout[random.Next(layout.Count)].Slot - (slot + 1);
            program.Add(First(random, form, distance));
            if (form.Opcode == Opcode.WideImmediate)
            {
                program.Add(new Instruction(default, default, default, 0, form.SecondImmediate ?? Number(random)));
            }
        }

        return [.. program];
    }

    /// <summary>The first slot of an instruction of a form.</summary>
    /// <param name="random">Chooses the operands.</param>
    /// <param name="form">The form.</param>
    /// <param name="distance">Where to jump, if it jumps.</param>
    public static Instruction First(Random random, InstructionForm form, int distance) => new(
        form.Opcode,
        new Register((byte)(form.Destination ?? random.Next(form.WritesDestination ? 10 : 11))),
        new Register((byte)(form.Source ?? random.Next(form.WritesSource ? 10 : 11))),
        (short)(form.Offset ?? (form.Opcode.IsJump ? distance : Number(random))),
        form.Immediate ?? (Uses(form, Operand.FarDistance) ? distance : Uses(form, Operand.Map) ? random.Next() : Number(random)));

    private static bool Uses(InstructionForm form, Operand operand) =>
        form.Pieces.Any(piece => piece.Literal is null && piece.Operand == operand);

    /// <summary>Small and large numbers, and those at the edges.</summary>
    private static int Number(Random random) => random.Next(4) switch
    {
        0 => random.Next(-3, 4),
        1 => int.MinValue + random.Next(2),
        2 => int.MaxValue - random.Next(2),
        _ => random.Next(int.MinValue, int.MaxValue),
    };
}

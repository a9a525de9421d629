using System.Collections.Immutable;
using NearData.Isa;
using NearData.TestSupport;

namespace NearData.Verifier.Tests.Soundness;

/// <summary>Slots of a random program, with jumps that skip a few of the instructions after them.</summary>
internal sealed class CodeWriter
{
    private readonly List<Instruction> _code = [];

    // Where each open jump is, and how many instructions it still has to skip.
    private readonly List<(int Slot, int Left)> _jumps = [];

    public CodeWriter(Random random) => Random = random;

    public Random Random { get; }

    public void Add(Instruction instruction)
    {
        _code.Add(instruction);
        for (int jump = _jumps.Count - 1; jump >= 0; jump--)
        {
            (int slot, int left) = _jumps[jump];
            if (left > 1)
            {
                _jumps[jump] = (slot, left - 1);
            }
            else
            {
                Land(slot);
                _jumps.RemoveAt(jump);
            }
        }
    }

    /// <summary>Adds a jump over the next instructions.</summary>
    public void AddJump(Instruction jump, int skipped)
    {
        Add(jump);
        _jumps.Add((_code.Count - 1, skipped));
    }

    public void AddMapValue(Register register, int map, int offset)
    {
        (Instruction first, Instruction second) = Instruction.LoadMapValue(register, map, offset);
        Add(first);
        _code.Add(second);
    }

    /// <summary>The slots, with an end that every open jump leads to; every other time in another layout, with jumps back.</summary>
    public ImmutableArray<Instruction> Finish()
    {
        foreach ((int slot, _) in _jumps)
        {
            Land(slot);
        }

        ImmutableArray<Instruction> code = [.. _code, Instruction.Alu64(AluOperation.Move, Register.R0, 0), Instruction.Exit];
        return Random.Next(2) == 0 ? code : BlockShuffle.Shuffle(code, Random);
    }

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Random.Next(choices.Length)];

    public int Constant() => Pick(0, 1, -1, 2, 7, 8, 15, 63, 255, -8, int.MaxValue, int.MinValue, Random.Next(-100, 100));

    private void Land(int slot) => _code[slot] = _code[slot] with { Offset = (short)(_code.Count - slot - 1) };
}

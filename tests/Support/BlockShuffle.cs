using System.Collections.Immutable;
using NearData.Isa;

namespace NearData.TestSupport;

/// <summary>
/// Lays the same program out in another order, as compilers may: its blocks are cut and mixed, and what ran on from one to the next is
/// joined by jumps, so that many go back. Jumps far (by immediate) aren't taken.
/// </summary>
public static class BlockShuffle
{
    public static ImmutableArray<Instruction> Shuffle(ImmutableArray<Instruction> code, Random random)
    {
        Range[] blocks = [.. Blocks(code, random)];
        random.Shuffle(blocks.AsSpan(1));

        // Each instruction with the old slot that it leads to besides the next one.
        List<(Instruction Instruction, int? Target)> laid = [];
        Dictionary<int, int> places = [];
        for (int block = 0; block < blocks.Length; block++)
        {
            (int start, int end) = (blocks[block].Start.Value, blocks[block].End.Value);
            places[start] = laid.Count;
            for (int slot = start; slot < end; slot++)
            {
                laid.Add((code[slot], Target(code, slot)));
            }

            bool runsOn = code[end - 1] is { IsExit: false, IsUnconditionalJump: false };
            if (runsOn && (block + 1 == blocks.Length || blocks[block + 1].Start.Value != end))
            {
                laid.Add((Instruction.Goto(0), end));
            }
        }

        return [.. laid.Select((entry, slot) => entry.Target is { } target
            ? entry.Instruction with { Offset = (short)(places[target] - slot - 1) }
            : entry.Instruction)];
    }

    /// <summary>Whether some jump leads to a lower slot.</summary>
    public static bool GoesBack(ImmutableArray<Instruction> code) =>
        Enumerable.Range(0, code.Length).Any(slot => Target(code, slot) < slot);

    private static IEnumerable<Range> Blocks(ImmutableArray<Instruction> code, Random random)
    {
        SortedSet<int> starts = [0];
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            if (Target(code, slot) is { } target)
            {
                starts.Add(target);
            }

            bool endsBlock = code[slot].IsExit || code[slot].IsUnconditionalJump || code[slot].IsConditionalJump;
            if (slot > 0 && random.Next(6) == 0)
            {
                starts.Add(slot);
            }

            if (endsBlock && slot + 1 < code.Length)
            {
                starts.Add(slot + 1);
            }
        }

        return starts.Zip(starts.Skip(1).Append(code.Length), (start, end) => start..end);
    }

    private static int? Target(ImmutableArray<Instruction> code, int slot) =>
        code[slot].IsConditionalJump || code[slot].IsUnconditionalJump ? slot + 1 + code[slot].JumpDistance : null;
}

using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>Where an instruction comes from in its author's source (BTF.ext line info).</summary>
/// <param name="Instruction">The first slot that the line covers; it ends where the next begins.</param>
/// <param name="File">The path as the compiler saw it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1; 0 where unknown.</param>
/// <param name="Text">The line itself, where the compiler kept it.</param>
public sealed record SourceLine(int Instruction, string File, int Line, int Column, string Text)
{
    /// <summary>The index of the first of some lines, in order of instruction, that begins at an instruction or behind it.</summary>
    public static int FirstFrom(ImmutableArray<SourceLine> lines, int instruction)
    {
        int low = 0;
        int high = lines.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = lines[middle].Instruction < instruction ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

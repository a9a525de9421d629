using System.Collections.Immutable;
using NearData.Isa.Forms;
using NearData.Isa.Programs;

namespace NearData.Isa.Text;

/// <summary>
/// Text to instructions: what <see cref="Disassembler"/> prints, one instruction on a line, and besides it decimal numbers, free
/// spacing, <c>name:</c> labels that jumps, calls and <c>subprog[name]</c> lead to, and comments from <c>//</c> or <c>;</c> to
/// the line's end.
/// </summary>
public static class Assembler
{
    /// <summary>The program's slots; they are what the decoder would accept.</summary>
    /// <param name="text">Lines.</param>
    /// <param name="maps">The maps that the text names; numbers stand for themselves.</param>
    /// <exception cref="AssemblyException">The first line at fault, and what was expected there.</exception>
    public static ImmutableArray<Instruction> Assemble(string text, ImmutableArray<MapDefinition> maps = default)
    {
        AssembledProgram program = new();
        int number = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            Assemble(program, new SourceText(number, WithoutComment(line).TrimEnd().ToString()), maps);
        }

        return program.Finish();
    }

    private static void Assemble(AssembledProgram program, SourceText line, ImmutableArray<MapDefinition> maps)
    {
        LineCursor cursor = new(line.Text);
        while (cursor.TryTakeLabelDefinition(out string label))
        {
            program.Define(label, line);
        }

        if (cursor.IsAtEnd)
        {
            return;
        }

        (InstructionForm form, FieldValues values) =
            FormTree.All.Match(cursor, new OperandReader(cursor, maps), default) ?? throw cursor.Failure(line.Number);
        program.Add(form, values, line);
    }

    private static ReadOnlySpan<char> WithoutComment(ReadOnlySpan<char> line)
    {
        int semicolon = line.IndexOf(';');
        int slashes = line.IndexOf("//", StringComparison.Ordinal);
        int end = Math.Min((uint)semicolon, (uint)slashes) is var first && first < line.Length ? (int)first : line.Length;
        return line[..end];
    }
}

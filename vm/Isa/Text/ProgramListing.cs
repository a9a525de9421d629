using System.Collections.Immutable;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;

namespace NearData.Isa.Text;

/// <summary>An instruction of a listing.</summary>
/// <param name="Slot">The slot of the instruction, or of the first of its two.</param>
/// <param name="Text">The instruction, with functions by name.</param>
/// <param name="Note">What it calls, where only a number says so; null otherwise.</param>
/// <param name="Function">The function that begins here, or null.</param>
/// <param name="Source">The source line that begins here, or null.</param>
public sealed record ListedInstruction(int Slot, string Text, string? Note, ProgramFunction? Function, SourceLine? Source);

/// <summary>
/// A whole program as text: functions under their names, calls by name, and source lines above what was made of them.
/// <see cref="Assembler"/> reads <see cref="Print"/>'s text back.
/// </summary>
public static class ProgramListing
{
    /// <summary>The instructions, in order of slot.</summary>
    /// <exception cref="InvalidInstructionException">An instruction that the decoder would refuse.</exception>
    public static ImmutableArray<ListedInstruction> Of(Program program)
    {
        Dictionary<int, string> labels = Labels(program.Functions);
        var listed = ImmutableArray.CreateBuilder<ListedInstruction>();
        SourceLine? last = null;
        int function = 0;
        foreach ((int slot, string text) in Disassembler.Lines(program, labels))
        {
            bool begins = function < program.Functions.Length && program.Functions[function].Start == slot;

            // What compilers made of no line in particular has number 0, and a line is repeated for each instruction that was made of
            // it: a reader wants it once.
            SourceLine? source = program.LineOf(slot) is { Line: not 0 } found ? found : null;
            bool isNew = source is not null && (begins || source.Line != last?.Line || source.File != last.File);
            last = source ?? (begins ? null : last);
            listed.Add(new ListedInstruction(slot, text, Note(program.Code[slot]), begins ? program.Functions[function] : null, isNew ? source : null));
            function += begins ? 1 : 0;
        }

        return listed.ToImmutable();
    }

    /// <summary>The listing's lines: labels, source lines as comments, instructions with their slots left out.</summary>
    public static IEnumerable<string> Print(Program program)
    {
        Dictionary<int, string> labels = Labels(program.Functions);
        foreach (ListedInstruction instruction in Of(program))
        {
            if (instruction.Function is ProgramFunction function)
            {
                yield return labels.ContainsKey(function.Start) ? $"{function.Name}:" : $"; {function.Name}";
            }

            if (instruction.Source is SourceLine source)
            {
                yield return Describe(source);
            }

            yield return instruction.Note is string note ? $"{instruction.Text} ; {note}" : instruction.Text;
        }
    }

    /// <summary>A source line as a comment: file, number and text.</summary>
    public static string Describe(SourceLine source) => $"; {Path.GetFileName(source.File)}:{source.Line}: {source.Text.Trim()}";

    /// <summary>The functions that a name alone says, by their first slot; others are named by distance.</summary>
    private static Dictionary<int, string> Labels(ImmutableArray<ProgramFunction> functions) => functions
        .GroupBy(function => function.Name, StringComparer.Ordinal)
        .Where(group => group.Count() == 1 && LineCursor.IsName(group.Key))
        .ToDictionary(group => group.First().Start, group => group.Key);

    private static string? Note(Instruction instruction) =>
        instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Helper ? HelperTable.Find(instruction.Immediate)?.Name : null;
}

using System.Collections.Frozen;
using NearData.Isa.Programs;
using NearData.Isa.Text;

namespace NearData.Vm.Introspection;

/// <summary>A step as its author and the disassembler write it.</summary>
/// <param name="Instruction">As <c>disasm</c> prints it, with the name of a helper that it calls.</param>
/// <param name="Function">The function that it is in; the program's name where the object names none.</param>
/// <param name="Source">File, line and text where another line begins than that of the step before; null otherwise.</param>
public readonly record struct StepText(string Instruction, string Function, string? Source);

/// <summary>Texts of steps, in the order in which they were made. Not thread-safe.</summary>
public sealed class StepTexts
{
    private readonly Dictionary<Program, FrozenDictionary<int, ListedInstruction>> _listings = new(ReferenceEqualityComparer.Instance);
    private SourceLine? _last;

    /// <summary>To be called where another run begins: its first line is told anew.</summary>
    public void Begin() => _last = null;

    public StepText Of(TraceStep step)
    {
        if (!_listings.TryGetValue(step.Program, out FrozenDictionary<int, ListedInstruction>? listing))
        {
            _listings[step.Program] = listing = ProgramListing.Of(step.Program).ToFrozenDictionary(line => line.Slot);
        }

        ListedInstruction instruction = listing[step.Slot];
        SourceLine? source = step.Program.LineOf(step.Slot) is { Line: not 0 } line ? line : null;
        bool isNew = source is not null && (source.Line != _last?.Line || source.File != _last.File);
        _last = source ?? _last;
        return new StepText(
            instruction.Note is null ? instruction.Text : $"{instruction.Text} ; {instruction.Note}",
            step.Program.FunctionAt(step.Slot)?.Name ?? step.Program.Name,
            isNew ? ProgramListing.Describe(source!) : null);
    }
}

using System.Collections.Immutable;
using NearData.Isa.Decoding;
using NearData.Isa.Forms;

namespace NearData.Isa.Text;

/// <summary>A line of assembly without its comment, and its number from 1.</summary>
internal sealed record SourceText(int Number, string Text);

/// <summary>The slots so far, the labels, and the jumps whose labels may still come.</summary>
internal sealed class AssembledProgram
{
    private readonly ImmutableArray<Instruction>.Builder _slots = ImmutableArray.CreateBuilder<Instruction>();
    private readonly List<SourceText> _lines = [];
    private readonly Dictionary<string, int> _labels = new(StringComparer.Ordinal);
    private readonly List<(int Slot, string Label, InstructionForm Form)> _references = [];

    /// <summary>Makes a label stand for the next slot.</summary>
    public void Define(string label, SourceText line)
    {
        if (!_labels.TryAdd(label, _slots.Count))
        {
            throw Fault(line, label, $"a label other than `{label}`, which stands for slot {_labels[label]} already");
        }
    }

    public void Add(InstructionForm form, FieldValues values, SourceText line)
    {
        if (values.Label is { } label)
        {
            _references.Add((_slots.Count, label, form));
        }

        Instruction instruction = values.ToInstruction(form);
        _slots.Add(instruction);
        _lines.Add(line);
        if (instruction.IsWide)
        {
            _slots.Add(new Instruction(default, default, default, 0, values.SecondImmediate ?? 0));
            _lines.Add(line);
        }
    }

    /// <summary>The slots, with labels resolved and the decoder's rules kept.</summary>
    public ImmutableArray<Instruction> Finish()
    {
        if (_slots.Count == 0)
        {
            throw new AssemblyException(1, 1, "", "an instruction");
        }

        foreach ((int slot, string label, InstructionForm form) in _references)
        {
            _slots[slot] = Resolve(slot, label, form);
        }

        ImmutableArray<Instruction> program = _slots.DrainToImmutable();
        try
        {
            InstructionDecoder.Check(program);
        }
        catch (InvalidInstructionException refusal)
        {
            SourceText line = _lines[refusal.Instruction];
            throw new AssemblyException(line.Number, line.Text, refusal);
        }

        return program;
    }

    private Instruction Resolve(int slot, string label, InstructionForm form)
    {
        if (!_labels.TryGetValue(label, out int target))
        {
            throw Fault(_lines[slot], label, $"a label that some line defines, not `{label}`");
        }

        int distance = target - (slot + 1);
        if (form.Offset is not null)
        {
            return _slots[slot] with { Immediate = distance };
        }

        return distance is >= short.MinValue and <= short.MaxValue
            ? _slots[slot] with { Offset = (short)distance }
            : throw Fault(
                _lines[slot], label, $"a label at most 32768 slots away, not `{label}`, which is {distance} slots away");
    }

    private static AssemblyException Fault(SourceText line, string label, string expected) =>
        new(line.Number, line.Text.IndexOf(label, StringComparison.Ordinal) + 1, line.Text, expected);
}

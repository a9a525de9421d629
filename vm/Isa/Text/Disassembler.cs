using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NearData.Isa.Decoding;
using NearData.Isa.Forms;
using NearData.Isa.Programs;

namespace NearData.Isa.Text;

/// <summary>An instruction as text.</summary>
/// <param name="Slot">The slot of the instruction, or of the first of its two.</param>
/// <param name="Text">Such as <c>r1 = *(u32 *)(r1 + 0x8)</c>.</param>
public readonly record struct DisassembledLine(int Slot, string Text);

/// <summary>
/// Instructions in the kernel's text syntax, as <c>llvm-objdump</c> prints it without symbols; where that loses information
/// (calls of three kinds, references to maps), as <c>bpftool</c> does. <see cref="Assembler"/> reads every line back.
/// </summary>
public static class Disassembler
{
    /// <summary>A program's instructions, with its maps by name.</summary>
    /// <exception cref="InvalidInstructionException">An instruction that the decoder would refuse.</exception>
    public static ImmutableArray<DisassembledLine> Lines(Program program) => Lines(program.Code, program.Maps);

    /// <summary>A program's instructions, with its maps and the functions that calls lead to by name.</summary>
    /// <param name="program">The program.</param>
    /// <param name="labels">Names of functions by their first slot; those without one are named by distance.</param>
    /// <exception cref="InvalidInstructionException">An instruction that the decoder would refuse.</exception>
    public static ImmutableArray<DisassembledLine> Lines(Program program, IReadOnlyDictionary<int, string> labels) =>
        Lines(program.Code, program.Maps, labels);

    /// <inheritdoc cref="Lines(Program)"/>
    public static ImmutableArray<DisassembledLine> Lines(
        ImmutableArray<Instruction> code, ImmutableArray<MapDefinition> maps = default) => Lines(code, maps, FrozenDictionary<int, string>.Empty);

    private static ImmutableArray<DisassembledLine> Lines(
        ImmutableArray<Instruction> code, ImmutableArray<MapDefinition> maps, IReadOnlyDictionary<int, string> labels)
    {
        ImmutableArray<DisassembledLine>.Builder lines = ImmutableArray.CreateBuilder<DisassembledLine>(code.Length);
        for (int slot = 0; slot < code.Length; slot++)
        {
            Instruction first = code[slot];
            Instruction? second = first.IsWide && slot + 1 < code.Length ? code[slot + 1] : null;
            lines.Add(new DisassembledLine(slot, LabelOf(slot, first, labels) is string label
                ? (first.IsWide ? $"r{first.Destination.Number} = subprog[{label}]" : $"call {label}")
                : Format(slot, first, second, maps)));
            slot += second is null ? 0 : 1;
        }

        return lines.DrainToImmutable();
    }

    /// <summary>The name of the function that a call leads to or a load has the address of, or null.</summary>
    private static string? LabelOf(int slot, Instruction instruction, IReadOnlyDictionary<int, string> labels) =>
        (instruction.IsCall && (CallKind)instruction.Source.Number == CallKind.Local)
        || (instruction.IsWide && instruction.WideKind == WideImmediateKind.Function)
            ? labels.GetValueOrDefault(slot + 1 + instruction.Immediate)
            : null;

    /// <summary>One instruction.</summary>
    /// <param name="first">The instruction.</param>
    /// <param name="second">The second slot of a wide load; otherwise null.</param>
    /// <param name="maps">The program's maps, to name those that a wide load refers to.</param>
    /// <exception cref="InvalidInstructionException">The decoder would refuse it; the instruction's number is 0.</exception>
    public static string Format(
        Instruction first, Instruction? second = null, ImmutableArray<MapDefinition> maps = default) =>
        Format(0, first, second, maps);

    private static string Format(int slot, Instruction first, Instruction? second, ImmutableArray<MapDefinition> maps)
    {
        StringBuilder text = new();
        foreach (TextPiece piece in FieldRules.Check(slot, first, second).Pieces)
        {
            text.Append(piece.Literal ?? Operand(piece.Operand, first, second ?? default, maps));
        }

        return text.ToString();
    }

    private static string Operand(
        Operand operand, Instruction first, Instruction second, ImmutableArray<MapDefinition> maps) => operand switch
    {
        Forms.Operand.Destination => $"r{first.Destination.Number}",
        Forms.Operand.Destination32 => $"w{first.Destination.Number}",
        Forms.Operand.Source => $"r{first.Source.Number}",
        Forms.Operand.Source32 => $"w{first.Source.Number}",
        Forms.Operand.Displacement => Displacement(first.Offset),
        Forms.Operand.Distance => Distance(first.Offset),
        Forms.Operand.Number or Forms.Operand.Number32 => Number(first.Immediate),
        Forms.Operand.FarDistance => Distance(first.Immediate),
        Forms.Operand.Index => first.Immediate == 0 ? "" : Displacement(first.Immediate),
        Forms.Operand.Map => MapName(first.Immediate, maps),
        Forms.Operand.WideNumber => Number(Instruction.WideNumber(first, second)),
        Forms.Operand.ValueOffset => Distance(second.Immediate),
        _ => throw new ArgumentOutOfRangeException(nameof(operand), operand, "is not printed."),
    };

    private static string MapName(int map, ImmutableArray<MapDefinition> maps) =>
        !maps.IsDefault && map >= 0 && map < maps.Length ? maps[map].Name : map.ToString(CultureInfo.InvariantCulture);

    private static string Number(long value) => value < 0 ? $"-{Magnitude(value)}" : Magnitude(value);

    private static string Distance(int value) => value < 0 ? $"-{Magnitude(value)}" : $"+{Magnitude(value)}";

    private static string Displacement(int value) => value < 0 ? $" - {Magnitude(value)}" : $" + {Magnitude(value)}";

    private static string Magnitude(long value) => $"0x{(value < 0 ? 0 - (ulong)value : (ulong)value):x}";
}

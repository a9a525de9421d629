using System.Collections.Immutable;

namespace NearData.Isa.Forms;

/// <summary>
/// One defined instruction: its opcode, the value of each field that is no operand, and its text. Decoder, assembler,
/// disassembler and the documents read all they know of an instruction from here.
/// </summary>
public sealed class InstructionForm
{
    /// <param name="opcode">The first byte.</param>
    /// <param name="section">Where RFC 9669 defines it; for what it doesn't, the kernel's version.</param>
    /// <param name="text">Its text, with operands in braces (<see cref="Operands"/>).</param>
    /// <param name="source">The value of the source field, where it is no operand.</param>
    /// <param name="offset">The value of the offset field, where it is no operand.</param>
    /// <param name="immediate">The value of the immediate, where it is no operand.</param>
    /// <param name="alternative">Another text for the same instruction that the assembler takes too.</param>
    internal InstructionForm(
        Opcode opcode,
        string section,
        string text,
        int source = 0,
        int offset = 0,
        int immediate = 0,
        string? alternative = null)
    {
        Opcode = opcode;
        Section = section;
        Text = text;
        Pieces = TextPiece.Parse(text);
        Alternative = alternative is null ? [] : TextPiece.Parse(alternative);
        Destination = HasAny(Operand.Destination, Operand.Destination32) ? null : 0;
        Source = HasAny(Operand.Source, Operand.Source32) ? null : source;
        Offset = HasAny(Operand.Displacement, Operand.Distance) ? null : offset;
        Immediate = HasAny(
            Operand.Number, Operand.Number32, Operand.FarDistance, Operand.Index, Operand.Map, Operand.WideNumber)
            ? null
            : immediate;
        SecondImmediate = HasAny(Operand.WideNumber, Operand.ValueOffset) ? null : 0;
    }

    public Opcode Opcode { get; }

    /// <summary>Where RFC 9669 defines the instruction, such as <c>4.1</c>, or the first kernel that has it, such as <c>Linux 6.9</c>.</summary>
    public string Section { get; }

    /// <summary>The section with the document that it is in.</summary>
    public string Citation => char.IsAsciiDigit(Section[0]) ? $"RFC 9669, {Section}" : Section;

    /// <summary>The text with operands in braces, such as <c>{rd} += {imm}</c>.</summary>
    public string Text { get; }

    public ImmutableArray<TextPiece> Pieces { get; }

    /// <summary>Another text that the assembler takes; empty for most.</summary>
    public ImmutableArray<TextPiece> Alternative { get; }

    /// <summary>The value that the destination must have; null where it is an operand.</summary>
    public int? Destination { get; }

    /// <summary>The value that the source must have; null where it is an operand.</summary>
    public int? Source { get; }

    /// <summary>The value that the offset must have; null where it is an operand.</summary>
    public int? Offset { get; }

    /// <summary>The value that the immediate must have; null where it is an operand.</summary>
    public int? Immediate { get; }

    /// <summary>The value that the immediate of a wide load's second slot must have; null where it is an operand.</summary>
    public int? SecondImmediate { get; }

    /// <summary>Whether the destination is changed: its name then begins the text, as the target of an assignment.</summary>
    public bool WritesDestination => Pieces[0] is { Literal: null, Operand: Operand.Destination or Operand.Destination32 };

    /// <summary>Whether the source is changed (atomic operations with fetch).</summary>
    public bool WritesSource => Pieces[0] is { Literal: null, Operand: Operand.Source or Operand.Source32 };

    /// <summary>Whether an instruction with this opcode has this form.</summary>
    internal bool Matches(Instruction instruction) =>
        (Destination ?? instruction.Destination) == instruction.Destination
        && (Source ?? instruction.Source) == instruction.Source
        && (Offset ?? instruction.Offset) == instruction.Offset
        && (Immediate ?? instruction.Immediate) == instruction.Immediate;

    private bool HasAny(params ReadOnlySpan<Operand> operands)
    {
        foreach (TextPiece piece in Pieces)
        {
            if (piece.Literal is null && operands.Contains(piece.Operand))
            {
                return true;
            }
        }

        return false;
    }
}

using System.Collections.Frozen;

namespace NearData.Isa.Forms;

/// <summary>A place in an instruction's text that stands for one of its fields.</summary>
public enum Operand
{
    /// <summary>The destination as <c>r1</c>.</summary>
    Destination,

    /// <summary>The destination as <c>w1</c>: its low 32 bits.</summary>
    Destination32,

    /// <summary>The source as <c>r1</c>.</summary>
    Source,

    /// <summary>The source as <c>w1</c>: its low 32 bits.</summary>
    Source32,

    /// <summary>The offset as <c> + 0x8</c> behind an address register.</summary>
    Displacement,

    /// <summary>The offset as a jump's distance <c>+0x3</c>.</summary>
    Distance,

    /// <summary>The immediate as <c>-0x1</c>. The instruction extends it by its sign to 64 bits.</summary>
    Number,

    /// <summary>The immediate of an instruction that uses no more than its 32 bits: it may be written unsigned as well.</summary>
    Number32,

    /// <summary>The immediate as a jump's distance.</summary>
    FarDistance,

    /// <summary>The immediate as the name of the place that it leads to. Read only: what is printed is the distance.</summary>
    Label,

    /// <summary>The immediate as <c> + 0x8</c> behind an index register; nothing where it is 0.</summary>
    Index,

    /// <summary>The immediate as a map: by name where the program's maps are known, otherwise its number.</summary>
    Map,

    /// <summary>Both immediates of a wide load as one 64-bit number.</summary>
    WideNumber,

    /// <summary>The second immediate of a wide load as <c>+0x8</c>.</summary>
    ValueOffset,
}

internal static class Operands
{
    /// <summary>How the texts in the table of forms name the operands.</summary>
    public static readonly FrozenDictionary<string, Operand> ByName = new Dictionary<string, Operand>(StringComparer.Ordinal)
    {
        ["rd"] = Operand.Destination,
        ["wd"] = Operand.Destination32,
        ["rs"] = Operand.Source,
        ["ws"] = Operand.Source32,
        ["off"] = Operand.Displacement,
        ["jump"] = Operand.Distance,
        ["imm"] = Operand.Number,
        ["imm32"] = Operand.Number32,
        ["far"] = Operand.FarDistance,
        ["label"] = Operand.Label,
        ["index"] = Operand.Index,
        ["map"] = Operand.Map,
        ["imm64"] = Operand.WideNumber,
        ["high"] = Operand.ValueOffset,
    }.ToFrozenDictionary(StringComparer.Ordinal);
}

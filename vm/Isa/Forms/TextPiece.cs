using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace NearData.Isa.Forms;

/// <summary>A part of an instruction's text: an operand, or one word or symbol with the spaces around it.</summary>
public readonly partial record struct TextPiece(string? Literal, Operand Operand)
{
    /// <summary>Splits a text such as <c>{rd} s>>= {imm}</c>.</summary>
    internal static ImmutableArray<TextPiece> Parse(string text) =>
    [
        .. Parts().Matches(text).Select(match => match.Groups["operand"] is { Success: true } operand
            ? new TextPiece(null, Operands.ByName[operand.Value])
            : new TextPiece(match.Value, default)),
    ];

    // A signed operator keeps its s; everything else is a word, a run of operator characters, a single bracket or a space.
    [GeneratedRegex(
        @"\{(?<operand>\w+)\}|\s*(s?[-+*/%&|^<>=!]+|\w+|[()\[\],:#])\s*|\s+",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Parts();
}

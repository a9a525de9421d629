using System.Globalization;
using NearData.Isa.Programs;

namespace NearData.Verifier.Explanations;

/// <summary>Explanations as lines of text: what, where, the source line, the hint, and the slice with what is known on the way.</summary>
public static class ExplanationText
{
    private const int WidestInstruction = 44;

    /// <summary>All of an explanation.</summary>
    public static IEnumerable<string> Lines(Explanation explanation)
    {
        yield return $"{explanation.Rejection.Code}: {explanation.Rejection.Message}";
        if (explanation.Rejection.Line is { Text: { Length: > 0 } text } line)
        {
            yield return $"  {line.Line,5} | {text.Trim()}";
        }

        if (explanation.Hint is { } hint)
        {
            yield return $"  hint: {hint}.";
        }

        if (explanation.Slice.IsEmpty)
        {
            yield break;
        }

        yield return explanation.IsCut ? "  how it comes to that, as far back as was recorded:" : "  how it comes to that:";
        int place = explanation.Slice.Max(step => Place(step.Line).Length);
        foreach (SliceStep step in explanation.Slice)
        {
            yield return Line(step, place, step.Instruction == explanation.Rejection.Instruction ? '>' : ' ');
        }
    }

    private static string Line(SliceStep step, int place, char mark)
    {
        string values = string.Join("; ", step.After.Select(known => $"{known.Name} = {known.Value}"));
        string instruction = string.Create(CultureInfo.InvariantCulture, $"{step.Instruction,5}: {step.Text.PadRight(WidestInstruction)}");
        return $"  {mark} {Place(step.Line).PadRight(place)} {instruction} {values}".TrimEnd();
    }

    private static string Place(SourceLine? line) => line is null ? "" : $"{Path.GetFileName(line.File)}:{line.Line}";
}

namespace NearData.Isa.Text;

/// <summary>A text that is no program. The author's to fix.</summary>
public sealed class AssemblyException : Exception
{
    public AssemblyException(int line, int column, string text, string expected)
        : base($"Line {line}, column {column}: `{text}`: expected {expected}.")
    {
        Line = line;
        Column = column;
        Text = text;
        Expected = expected;
    }

    /// <summary>A line whose instruction the decoder refuses.</summary>
    public AssemblyException(int line, string text, InvalidInstructionException refusal)
        : base($"Line {line}: `{text}`: {refusal.Message}", refusal)
    {
        Line = line;
        Column = 1;
        Text = text;
        Expected = "an instruction that is defined";
    }

    /// <summary>From 1.</summary>
    public int Line { get; }

    /// <summary>From 1: where what is expected would have to stand.</summary>
    public int Column { get; }

    /// <summary>The line, without its comment.</summary>
    public string Text { get; }

    /// <summary>What could have stood there.</summary>
    public string Expected { get; }
}

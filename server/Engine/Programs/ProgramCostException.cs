namespace NearData.Engine.Programs;

/// <summary>A program's proven worst case is more than a node spends on a record. Its author's to fix.</summary>
public sealed class ProgramCostException : Exception
{
    public ProgramCostException(string program, long instructions, long limit)
        : base($"{program} can take {instructions} instructions a record; {limit} are admitted.")
    {
        Program = program;
        Instructions = instructions;
    }

    /// <summary>The program.</summary>
    public string Program { get; }

    /// <summary>The proven worst case of one record.</summary>
    public long Instructions { get; }
}

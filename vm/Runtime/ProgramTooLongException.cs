namespace NearData.Vm;

/// <summary>A program is too long to be compiled (<see cref="CompilationLimit"/>); the interpreter runs it all the same.</summary>
public sealed class ProgramTooLongException : Exception
{
    public ProgramTooLongException(string program, string reason)
        : base($"{program}: {reason}") => Program = program;

    /// <summary>The program.</summary>
    public string Program { get; }
}

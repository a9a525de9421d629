namespace NearData.Isa.Programs;

/// <summary>
/// A program whose section's name doesn't say what it is called with: it can't be verified or run before somebody does. Immutable.
/// </summary>
public sealed class UntypedProgram
{
    private readonly Program _program;

    /// <param name="program">The program, called with no memory.</param>
    internal UntypedProgram(Program program) => _program = program;

    /// <summary>The function's name.</summary>
    public string Name => _program.Name;

    /// <summary>The section that it was found in.</summary>
    public string Section => _program.Section;

    /// <summary>The program as a packet program of a kind.</summary>
    /// <exception cref="ArgumentException">Programs of the kind are called with something else.</exception>
    public Program As(ProgramKind kind) => _program.As(kind);

    /// <summary>The program as one that is called with memory of so many bytes.</summary>
    public Program AsMemory(int length) => _program.AsMemory(length);
}

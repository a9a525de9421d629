namespace NearData.Vm.Guards;

/// <summary>
/// Guarded code (<see cref="CodeTrust.Guards"/>) was about to do what the verifier had proven that it can't, and was stopped before. The
/// verifier's fault, not the program's: an alarm for whoever runs the node. What the runner that threw it holds is of no use any more.
/// </summary>
public sealed class GuardTrippedException : Exception
{
    /// <param name="program">Its name.</param>
    /// <param name="instruction">The slot, from 0.</param>
    /// <param name="kind">Which guard.</param>
    /// <param name="found">What it was about to do, in words, with the value.</param>
    public GuardTrippedException(string program, int instruction, GuardKind kind, string found)
        : base($"{program}, instruction {instruction}: {found}. The verifier had proven that this can't happen.")
    {
        Program = program;
        Instruction = instruction;
        Kind = kind;
    }

    public string Program { get; }

    /// <summary>The slot, from 0.</summary>
    public int Instruction { get; }

    public GuardKind Kind { get; }
}

namespace NearData.Vm;

/// <summary>
/// A program did what it may not, and was stopped before it happened. With an unverified program its author's to fix; with a
/// verified one a fault of the verifier.
/// </summary>
public sealed class ExecutionFaultException : Exception
{
    /// <param name="instruction">The slot at fault, from 0.</param>
    /// <param name="kind">What it did.</param>
    /// <param name="found">What it did, in words, with the value.</param>
    /// <param name="allowed">What it may do, in words.</param>
    public ExecutionFaultException(int instruction, FaultKind kind, string found, string allowed)
        : base($"Instruction {instruction}: {found}; {allowed}.")
    {
        Instruction = instruction;
        Kind = kind;
        Allowed = allowed;
    }

    /// <summary>The slot at fault, from 0.</summary>
    public int Instruction { get; }

    public FaultKind Kind { get; }

    /// <summary>What would have been allowed.</summary>
    public string Allowed { get; }
}

namespace NearData.Vm;

/// <summary>What compiled code relies on.</summary>
public enum CodeTrust
{
    /// <summary>The verifier's proof alone: nothing is checked that was proven.</summary>
    Proof,

    /// <summary>
    /// The proof and guards: each access is held against the memory that it was proven to stay in, and turns of loops are counted against
    /// the proven worst case, so that a fault of the verifier ends an execution and nothing else.
    /// </summary>
    Guards,
}

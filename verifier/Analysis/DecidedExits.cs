using NearData.Isa;
using NearData.Verifier.Checking;
using NearData.Verifier.Rejections;
using NearData.Verifier.States;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>What a program returns at its exits: where a result decided which of them is taken, all must return the same.</summary>
internal sealed class DecidedExits
{
    // By the branch that a result decided.
    private readonly Dictionary<int, Term> _returns = [];

    /// <summary>A path gets to an exit.</summary>
    /// <returns>Why the result may not decide this; null where it does not, or may.</returns>
    public Finding? Add(MachineState state)
    {
        // What was refused is no number.
        if (state.Decision is not { } decision || (state[Register.R0] as Value.Number)?.Term is not { } returned
            || _returns.TryAdd(decision.Branch, returned) || _returns[decision.Branch] == returned)
        {
            return null;
        }

        string reason = $"r0 is {state[Register.R0]} at this exit and something else at another, as a result decided at {decision.Branch}.";
        return new(RejectionCode.ResultInfluence, reason, Register.R0);
    }
}

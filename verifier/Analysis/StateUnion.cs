using NearData.Verifier.Results;
using NearData.Verifier.Surroundings;
using NearData.Verifier.Values;

namespace NearData.Verifier.Analysis;

/// <summary>How states of one analysis are united: what every place where they meet needs. Not thread-safe.</summary>
internal sealed class StateUnion
{
    /// <param name="environment">The program's surroundings.</param>
    /// <param name="terms">Numbers new values.</param>
    public StateUnion(ProgramEnvironment environment, TermSource terms)
    {
        Environment = environment;
        Terms = terms;
        Join = new StateJoin(terms);
        Free = new Choice.Free(new ResultTerms(environment, terms));
    }

    public ProgramEnvironment Environment { get; }

    public TermSource Terms { get; }

    /// <summary>The least union.</summary>
    public StateJoin Join { get; }

    /// <summary>Between paths that no result chose.</summary>
    public Choice Free { get; }
}

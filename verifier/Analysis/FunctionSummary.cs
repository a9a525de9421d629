using System.Collections.Immutable;
using NearData.Verifier.Domains;
using NearData.Verifier.States;

namespace NearData.Verifier.Analysis;

/// <summary>What was proven of a function for every call that keeps to its prototype. Immutable.</summary>
/// <param name="Answer">What it can leave in r0; null where it returns nothing.</param>
/// <param name="Sums">For each result field, how far one call can move it.</param>
/// <param name="Steps">The most instructions that one call executes, helpers' costs and what it calls included.</param>
internal sealed record FunctionSummary(Scalar? Answer, ImmutableArray<SumChange> Sums, long Steps);

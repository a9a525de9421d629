using System.Collections.Immutable;
using NearData.Verifier.Values;

namespace NearData.Verifier.States;

/// <summary>A function that waits for one that it called. Immutable.</summary>
/// <param name="Kept">r6 to r9, which it finds again.</param>
/// <param name="Stack">Its stack.</param>
public sealed record Activation(ImmutableArray<Value> Kept, StackFrame Stack)
{
    /// <summary>The first register that calls preserve (BPF ABI).</summary>
    public const int FirstKept = 6;

    /// <summary>How many they preserve.</summary>
    public const int KeptCount = 4;
}

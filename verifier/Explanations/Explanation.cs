using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Explanations;

/// <summary>A rejection with how the program comes to it. Immutable.</summary>
/// <param name="Rejection">What can't be proven.</param>
/// <param name="Subject">The registers and stack slots that it is about, with what is known of them there; empty where it is about none.</param>
/// <param name="Slice">
/// The failure slice: only the instructions that lead there, in the order of execution, the one that can't be proven last; empty for what
/// is wrong with the program as a whole. Of an instruction in a loop, its last turn.
/// </param>
/// <param name="IsCut">Whether the slice begins further back than was recorded.</param>
/// <param name="Hint">What the author can do; null where the message says it all.</param>
public sealed record Explanation(
    Rejection Rejection, ImmutableArray<KnownValue> Subject, ImmutableArray<SliceStep> Slice, bool IsCut, string? Hint);

/// <summary>An instruction of a failure slice.</summary>
/// <param name="Instruction">Its slot.</param>
/// <param name="Line">Its line in the author's source; null where the object has none.</param>
/// <param name="Text">The instruction in the kernel's syntax.</param>
/// <param name="After">What is known behind it of what it gives or tells of; at the instruction that can't be proven, in front of it.</param>
public sealed record SliceStep(int Instruction, SourceLine? Line, string Text, ImmutableArray<KnownValue> After);

/// <summary>What is known of a place.</summary>
/// <param name="Name">A register, stack bytes such as <c>stack[-8]</c>, <c>packet</c> or <c>references</c>.</param>
/// <param name="Value">The abstract value.</param>
public sealed record KnownValue(string Name, string Value);

using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Verifier.Explanations;

/// <summary>One look of an analysis at an instruction. Loops are followed turn by turn and functions call by call, so that there can be many.</summary>
/// <param name="Instruction">The slot.</param>
/// <param name="Depth">The number of calls that lead to its function.</param>
/// <param name="Line">Its line in the author's source; null where the object has none.</param>
/// <param name="Text">The instruction in the kernel's syntax.</param>
/// <param name="Before">Registers and stack slots of its function that have a value, and what else is known.</param>
public sealed record LogEntry(int Instruction, int Depth, SourceLine? Line, string Text, ImmutableArray<KnownValue> Before);

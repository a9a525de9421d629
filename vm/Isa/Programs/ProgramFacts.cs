using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>What a load or store was proven to touch.</summary>
public enum AccessTarget
{
    /// <summary>The instruction touches no memory.</summary>
    None,

    /// <summary>The program's own stack; the offset is from the frame pointer, so negative.</summary>
    Stack,

    /// <summary>The value of a row's field; the offset is from the value's first byte.</summary>
    FieldValue,

    /// <summary>The validity byte of a nullable field.</summary>
    FieldValidity,

    /// <summary>A map's value; the offset is from the value's first byte.</summary>
    MapValue,

    /// <summary>The memory of a <see cref="ProgramContext.Memory"/> program.</summary>
    Memory,

    /// <summary>A field of a <see cref="ProgramContext.Fields"/> context; the index is the field's.</summary>
    ContextField,

    /// <summary>Memory that only the address in the register tells: a packet, an element of a map, another function's stack.</summary>
    Addressed,
}

/// <summary>One load, store or atomic operation, the same on every path that reaches it.</summary>
/// <param name="Target">The kind of memory.</param>
/// <param name="Index">The field's index in the row, or the map's in the program; otherwise 0.</param>
/// <param name="Offset">Bytes into the target; null where it varies (and was proven to stay inside).</param>
public readonly record struct MemoryAccess(AccessTarget Target, int Index, int? Offset);

/// <summary>What was proven of one slot.</summary>
/// <param name="IsReachable">Whether any run can get here; a wide load's second slot is never reached.</param>
/// <param name="Access">The memory that it touches.</param>
public readonly record struct InstructionFacts(bool IsReachable, MemoryAccess Access);

/// <summary>How far one call can move a sum field: the proven sum of all its additions to it.</summary>
/// <param name="Result">Index in <see cref="Program.Results"/>.</param>
/// <param name="Least">The most negative change.</param>
/// <param name="Most">The most positive change.</param>
public sealed record SumBound(int Result, Int128 Least, Int128 Most);

/// <summary>What the verifier proved: compilers and the engine use it, and work nothing out again.</summary>
/// <param name="Instructions">One for each slot of the program.</param>
/// <param name="WorstCaseInstructions">The most instructions that one call can execute, helpers' costs included.</param>
/// <param name="LoadedFields">Indices of the row's fields whose value or validity some reachable load reads, ascending.</param>
/// <param name="Sums">One for each sum field that the program updates.</param>
public sealed record ProgramFacts(
    ImmutableArray<InstructionFacts> Instructions,
    long WorstCaseInstructions,
    ImmutableArray<int> LoadedFields,
    ImmutableArray<SumBound> Sums);

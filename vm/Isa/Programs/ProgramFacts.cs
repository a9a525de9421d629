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

    /// <summary>A value of a group map, at an address that <c>nd_group</c> gave; the offset is from the value's first byte.</summary>
    GroupValue,

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

/// <summary>The ways out of a conditional jump that some run takes.</summary>
[Flags]
public enum BranchWays
{
    /// <summary>The instruction is no conditional jump, or is never reached.</summary>
    None = 0,
    Taken = 1,
    NotTaken = 2,
    Both = Taken | NotTaken,
}

/// <summary>What was proven of one slot, whatever leads to it.</summary>
/// <param name="IsReachable">Whether any run can get here; a wide load's second slot is never reached.</param>
/// <param name="Access">The memory that it touches.</param>
/// <param name="Ways">For a conditional jump, the ways that runs take.</param>
/// <param name="LiveAfter">Registers that may still be read behind it, before they are written; the others are dead there.</param>
public readonly record struct InstructionFacts(bool IsReachable, MemoryAccess Access, BranchWays Ways, RegisterSet LiveAfter);

/// <summary>The numbers that the registers of one instruction can hold; any where a register holds none.</summary>
/// <param name="Left">The destination register, before the instruction.</param>
/// <param name="Right">The source register, before the instruction.</param>
/// <param name="Result">The register that it writes (r0 for a call of a helper), after it.</param>
public readonly record struct InstructionRanges(NumberRange Left, NumberRange Right, NumberRange Result);

/// <summary>What running a program changes or depends on, besides its registers, its stack and what it was called with.</summary>
[Flags]
public enum ProgramEffects
{
    /// <summary>It is a function of its row or memory, parameters and maps, and changes nothing.</summary>
    None = 0,

    /// <summary>It updates results.</summary>
    Results = 1,

    /// <summary>It stores to data sections or maps' values.</summary>
    Maps = 2,

    /// <summary>It stores to the memory, packet or context that it was called with.</summary>
    Memory = 4,

    /// <summary>It calls a helper that changes something.</summary>
    Helpers = 8,

    /// <summary>It calls a helper whose answer depends on the time or place of the call.</summary>
    Varies = 16,

    /// <summary>It makes groups or updates them.</summary>
    Groups = 32,
}

/// <summary>How far one call can move a sum field: the proven sum of all its additions to it.</summary>
/// <param name="Result">Index in <see cref="Program.Results"/>.</param>
/// <param name="Least">The most negative change.</param>
/// <param name="Most">The most positive change.</param>
public sealed record SumBound(int Result, Int128 Least, Int128 Most);

/// <summary>How far one call can move a sum field of any one group of a map.</summary>
/// <param name="Map">Index in <see cref="Program.Maps"/>.</param>
/// <param name="Field">Index in the map's <see cref="GroupLayout.Values"/>.</param>
/// <param name="Least">The most negative change, 0 or less.</param>
/// <param name="Most">The most positive change, 0 or more.</param>
public sealed record GroupSumBound(int Map, int Field, Int128 Least, Int128 Most);

/// <summary>What the verifier proved: compilers and the engine use it, and work nothing out again.</summary>
/// <param name="Instructions">One for each slot of the program.</param>
/// <param name="WorstCaseInstructions">The most instructions that one call can execute, helpers' costs included.</param>
/// <param name="LoadedFields">Indices of the row's fields whose value or validity some reachable load reads, ascending.</param>
/// <param name="Sums">One for each sum field that the program updates.</param>
/// <param name="Ranges">One for each slot of the program.</param>
/// <param name="Effects">Its purity.</param>
public sealed record ProgramFacts(
    ImmutableArray<InstructionFacts> Instructions,
    long WorstCaseInstructions,
    ImmutableArray<int> LoadedFields,
    ImmutableArray<SumBound> Sums,
    ImmutableArray<InstructionRanges> Ranges,
    ProgramEffects Effects)
{
    /// <summary>One for each sum field of a group map that the program updates.</summary>
    public ImmutableArray<GroupSumBound> GroupSums { get; init; } = [];
}

using System.Collections.Immutable;
using NearData.Isa;
using NearData.Isa.Programs;

namespace NearData.Vm.Introspection;

/// <summary>One instruction that the interpreter executed.</summary>
/// <param name="Program">Whose instruction; after a tail call another one's.</param>
/// <param name="Slot">The instruction.</param>
/// <param name="Depth">Functions that were active, from 1.</param>
/// <param name="Reads">The registers that it read, as they were before.</param>
/// <param name="Writes">The registers that it wrote, as they were afterwards.</param>
/// <param name="Access">The memory that it loaded or stored; null where it did neither.</param>
public sealed record TraceStep(
    Program Program, int Slot, int Depth, ImmutableArray<TracedRegister> Reads, ImmutableArray<TracedRegister> Writes, TracedAccess? Access);

/// <summary>A register's value in a step.</summary>
/// <param name="Register">Which.</param>
/// <param name="Value">Its bits; an address is the interpreter's own, which says nothing.</param>
/// <param name="Meaning">What it points to, such as <c>lineitem</c>, <c>fp-8</c>, <c>map prices</c>; null for a number.</param>
public readonly record struct TracedRegister(Register Register, ulong Value, string? Meaning)
{
    public override string ToString() => $"{Register}={Meaning ?? TraceText.Number(Value)}";
}

/// <summary>Memory that an instruction loaded or stored.</summary>
/// <param name="Place">Where, by the names of rows, maps, variables and members, such as <c>lineitem.l_shipdate</c>.</param>
/// <param name="IsStore">Whether it was changed.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Value">What it holds afterwards, as its type means it: a number, or a name of an enumeration.</param>
public sealed record TracedAccess(string Place, bool IsStore, int Size, string Value);

/// <summary>What is traced, for people.</summary>
public static class TraceText
{
    /// <summary>A register's number: as a signed one where that is short, and its bits otherwise.</summary>
    public static string Number(ulong value) =>
        (long)value is > -1_000_000_000_000 and < 1_000_000_000_000 ? $"{(long)value}" : $"0x{value:x}";
}

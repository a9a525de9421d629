using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>A map's type, under the kernel's number (<c>enum bpf_map_type</c>).</summary>
public enum MapType
{
    Array = 2,
}

/// <summary>Where a map comes from, which decides who may write it.</summary>
public enum MapRole
{
    /// <summary>Declared by the author in <c>.maps</c>.</summary>
    Declared,

    /// <summary>The section <c>.rodata</c>: parameters and constants, never written by a program.</summary>
    ReadOnlyData,

    /// <summary>The sections <c>.data</c> and <c>.bss</c>.</summary>
    Data,

    /// <summary>The section <c>.bss.results</c>: changed only as the fields' tags allow.</summary>
    Results,
}

/// <summary>A map that an object declares, or that one of its data sections is.</summary>
/// <param name="Name">The variable in <c>.maps</c>, or the section.</param>
/// <param name="Role">Where it comes from.</param>
/// <param name="Type">The kernel's map type.</param>
/// <param name="KeySize">Bytes.</param>
/// <param name="ValueSize">Bytes.</param>
/// <param name="MaxEntries">Entries; 1 for a data section.</param>
/// <param name="InitialValue">The first value's bytes for a data section; empty where all is zero.</param>
public sealed record MapDefinition(
    string Name,
    MapRole Role,
    MapType Type,
    int KeySize,
    int ValueSize,
    int MaxEntries,
    ImmutableArray<byte> InitialValue);

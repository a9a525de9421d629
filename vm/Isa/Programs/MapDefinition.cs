using System.Collections.Immutable;

namespace NearData.Isa.Programs;

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
    ImmutableArray<byte> InitialValue)
{
    /// <summary>The kernel's <c>map_flags</c> (<c>BPF_F_NO_PREALLOC</c> and so on).</summary>
    public uint Flags { get; init; }

    /// <summary>The kernel's <c>map_extra</c>: a bloom filter's number of hashes.</summary>
    public ulong Extra { get; init; }

    /// <summary>What the entries of a map of maps look like; null for other types.</summary>
    public MapDefinition? Inner { get; init; }

    /// <summary>The entries that a map of maps or a program array starts with.</summary>
    public ImmutableArray<MapSlot> Slots { get; init; } = [];

    /// <summary>The number of the key's type in the object's BTF; 0 where it isn't described.</summary>
    public int KeyTypeId { get; init; }

    /// <summary>The number of the value's type in the object's BTF; 0 where it isn't described. For a data section, of the section.</summary>
    public int ValueTypeId { get; init; }

    /// <summary>What the keys and values of a group map are made of; null for other types.</summary>
    public GroupLayout? Group { get; init; }

    /// <summary>Whether it holds the groups of an earlier stage, to be looked up.</summary>
    public bool IsFrozenGroups => Type == MapType.Groups && !IsWritableByPrograms;

    /// <summary>Where the <c>struct bpf_spin_lock</c> is in a value; null where there is none.</summary>
    public int? SpinLockOffset { get; init; }

    /// <summary>Whether programs may write its values: they may not where it is <c>.rodata</c> or has <c>BPF_F_RDONLY_PROG</c>.</summary>
    public bool IsWritableByPrograms => Role != MapRole.ReadOnlyData && (Flags & MapFlags.ReadOnlyForPrograms) == 0;

    /// <summary>Whether programs may read its values: they may not where it has <c>BPF_F_WRONLY_PROG</c>.</summary>
    public bool IsReadableByPrograms => (Flags & MapFlags.WriteOnlyForPrograms) == 0;
}

/// <summary>An entry that a map starts with.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Target">The name of the map or program there.</param>
public readonly record struct MapSlot(int Index, string Target);

namespace NearData.Isa.Objects.Elf;

/// <summary>A section with its name.</summary>
/// <param name="Index">Its number in the file; symbols and relocations name it so.</param>
/// <param name="Name">Its name.</param>
/// <param name="Header">Its header.</param>
/// <param name="Memory">Its bytes in the file; none where it is zeros.</param>
public sealed record ElfSection(int Index, string Name, SectionHeader Header, ReadOnlyMemory<byte> Memory)
{
    public bool IsExecutable => Header.Flags.HasFlag(SectionFlags.Executable);

    public bool IsAllocated => Header.Flags.HasFlag(SectionFlags.Allocated);

    internal SectionBytes Bytes => new(Name, Memory);
}

/// <summary>A symbol with its name.</summary>
/// <param name="Name">Its name; a section's symbol has the section's.</param>
/// <param name="Entry">The rest.</param>
public sealed record ElfSymbol(string Name, SymbolEntry Entry)
{
    /// <summary>Whether what it names is in a section.</summary>
    public bool Names(ElfSection section) => Entry.Section == section.Index;
}

/// <summary>A relocation with its symbol.</summary>
/// <param name="Offset">Bytes from the start of the section that is changed.</param>
/// <param name="Type">How.</param>
/// <param name="Symbol">What its place refers to.</param>
/// <param name="Addend">Bytes from the symbol; null where the place itself holds them.</param>
public sealed record ElfRelocation(int Offset, RelocationType Type, ElfSymbol Symbol, long? Addend = null);

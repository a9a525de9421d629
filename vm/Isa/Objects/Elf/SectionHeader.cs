using System.Buffers.Binary;

namespace NearData.Isa.Objects.Elf;

/// <summary>What a section holds (ELF-64 Object File Format 1.5, 4: sh_type).</summary>
public enum SectionType : uint
{
    None = 0,

    /// <summary>Bytes that the program defines.</summary>
    Data = 1,
    Symbols = 2,
    Strings = 3,
    RelocationsWithAddends = 4,

    /// <summary>Zeros that take no space in the file.</summary>
    Zeros = 8,
    Relocations = 9,
}

/// <summary>sh_flags (ELF-64 Object File Format 1.5, 4).</summary>
[Flags]
public enum SectionFlags : ulong
{
    None = 0,
    Writable = 1,

    /// <summary>Part of the program's memory, unlike debug information and tables.</summary>
    Allocated = 2,
    Executable = 4,

    /// <summary>The info field holds a section's index.</summary>
    InfoIsSection = 0x40,
}

/// <summary>
/// One section header (ELF-64 Object File Format 1.5, 4: Elf64_Shdr, 64 bytes).
/// <code>
///   0 name   4 type   8 flags   16 address   24 offset   32 size   40 link   44 info   48 alignment   56 entry size
/// </code>
/// </summary>
/// <param name="Name">Offset in the names' section.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Flags">How it is used.</param>
/// <param name="Offset">Bytes from the file's start.</param>
/// <param name="Length">Bytes; they aren't in the file where the type is <see cref="SectionType.Zeros"/>.</param>
/// <param name="Link">For symbols their names' section, for relocations their symbols' section.</param>
/// <param name="Info">For relocations the section that they change; for symbols the index of the first global one.</param>
/// <param name="Alignment">A power of two; 0 and 1 mean none.</param>
/// <param name="EntrySize">Bytes of one entry, for tables.</param>
public readonly record struct SectionHeader(
    uint Name,
    SectionType Type,
    SectionFlags Flags,
    ulong Offset,
    ulong Length,
    uint Link,
    uint Info,
    ulong Alignment,
    ulong EntrySize)
{
    public const int Size = 64;

    public static SectionHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (SectionType)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        (SectionFlags)BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[56..]));

    /// <summary>Writes the header into 64 zeroed bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Name);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], (uint)Type);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (ulong)Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[32..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[40..], Link);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[44..], Info);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[48..], Alignment);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[56..], EntrySize);
    }
}

using System.Buffers.Binary;

namespace NearData.Isa.Objects.Elf;

/// <summary>What a symbol names: the low four bits of st_info (ELF-64 Object File Format 1.5, 5).</summary>
public enum SymbolType : byte
{
    None = 0,
    Object = 1,
    Function = 2,
    Section = 3,
    File = 4,
}

/// <summary>Who sees a symbol: the high four bits of st_info (ELF-64 Object File Format 1.5, 5).</summary>
public enum SymbolBinding : byte
{
    Local = 0,
    Global = 1,
    Weak = 2,
}

/// <summary>How far a symbol is seen once files are linked: the low two bits of st_other (ELF-64 Object File Format 1.5, 5).</summary>
public enum SymbolVisibility : byte
{
    Default = 0,
    Internal = 1,
    Hidden = 2,
    Protected = 3,
}

/// <summary>
/// One symbol (ELF-64 Object File Format 1.5, 5: Elf64_Sym, 24 bytes).
/// <code>
///   0 name   4 binding|type   5 visibility   6 section   8 value   16 size
/// </code>
/// </summary>
/// <param name="Name">Offset in the symbols' names.</param>
/// <param name="Type">What it names.</param>
/// <param name="Binding">Who sees it.</param>
/// <param name="Section">The section's index, or <see cref="Undefined"/>, or a reserved number from <see cref="FirstReserved"/>.</param>
/// <param name="Value">Bytes from the section's start.</param>
/// <param name="Length">Bytes of the thing named.</param>
/// <param name="Visibility">How far it is seen.</param>
public readonly record struct SymbolEntry(
    uint Name,
    SymbolType Type,
    SymbolBinding Binding,
    ushort Section,
    ulong Value,
    ulong Length,
    SymbolVisibility Visibility = SymbolVisibility.Default)
{
    public const int Size = 24;

    /// <summary>SHN_UNDEF: defined in another file.</summary>
    public const ushort Undefined = 0;

    /// <summary>SHN_LORESERVE: from here on, numbers aren't sections.</summary>
    public const ushort FirstReserved = 0xff00;

    public static SymbolEntry Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (SymbolType)(bytes[4] & 0x0f),
        (SymbolBinding)(bytes[4] >> 4),
        BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        (SymbolVisibility)(bytes[5] & 0x03));

    /// <summary>Writes the symbol into 24 zeroed bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Name);
        bytes[4] = (byte)((byte)Type | ((byte)Binding << 4));
        bytes[5] = (byte)Visibility;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[6..], Section);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], Value);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], Length);
    }
}

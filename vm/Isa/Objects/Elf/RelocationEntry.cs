using System.Buffers.Binary;

namespace NearData.Isa.Objects.Elf;

/// <summary>How a relocation changes its place (LLVM, kernel Documentation/bpf/llvm_reloc.rst).</summary>
public enum RelocationType : uint
{
    /// <summary>R_BPF_NONE: not at all.</summary>
    None = 0,

    /// <summary>R_BPF_64_64: the two immediates of a wide load.</summary>
    WideLoad = 1,

    /// <summary>R_BPF_64_ABS64: 8 bytes of data.</summary>
    Data64 = 2,

    /// <summary>R_BPF_64_ABS32: 4 bytes of data.</summary>
    Data32 = 3,

    /// <summary>R_BPF_64_NODYLD32: 4 bytes of .BTF or .BTF.ext.</summary>
    Types32 = 4,

    /// <summary>R_BPF_64_32: the immediate of a call.</summary>
    Call = 10,
}

/// <summary>
/// One relocation without an addend of its own (ELF-64 Object File Format 1.5, 6: Elf64_Rel, 16 bytes), or the same part of one
/// that has one (Elf64_Rela, 24 bytes).
/// <code>
///   0 offset   8 type (low half) and symbol (high half)   16 addend, of Elf64_Rela
/// </code>
/// </summary>
/// <param name="Offset">Bytes from the start of the section that is changed.</param>
/// <param name="Type">How.</param>
/// <param name="Symbol">The symbol's index.</param>
public readonly record struct RelocationEntry(ulong Offset, RelocationType Type, uint Symbol)
{
    public const int Size = 16;

    public const int SizeWithAddend = 24;

    public static RelocationEntry Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        (RelocationType)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Offset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], (uint)Type);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Symbol);
    }
}

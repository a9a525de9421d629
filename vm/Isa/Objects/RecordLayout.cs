using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;

namespace NearData.Isa.Objects;

/// <summary>What a member of a record holds.</summary>
public enum RecordFieldKind
{
    /// <summary>Two's complement, little-endian.</summary>
    Signed,
    Unsigned,

    /// <summary>One byte, of which anything but 0 is true.</summary>
    Bool,

    /// <summary>IEEE 754, of 4 or 8 bytes.</summary>
    Float,

    /// <summary>An array of <c>char</c>: text up to its first zero.</summary>
    Text,

    /// <summary>An array of bytes, all of which count.</summary>
    Bytes,
}

/// <summary>A member of a record.</summary>
/// <param name="Name">With those of the structs that it lies in before it, and dots between.</param>
/// <param name="Offset">Bytes from the record's start; no alignment is promised.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">What they hold.</param>
/// <param name="ValidityOffset">Bytes from the record's start to the byte that is 0 where the member is null; null where there is none.</param>
/// <param name="Tags">The contract's <c>btf_decl_tag</c>s of it, such as <c>nd:date</c>.</param>
public sealed record RecordField(string Name, int Offset, int Size, RecordFieldKind Kind, int? ValidityOffset, ImmutableArray<string> Tags);

/// <summary>A C struct as the format of binary records, which lie one after another without gaps.</summary>
/// <param name="Name">The struct's tag.</param>
/// <param name="Size">Bytes of a record.</param>
/// <param name="Fields">
/// Members that have one value: bit fields, unions, pointers and arrays of anything but bytes are left out.
/// </param>
public sealed record RecordLayout(string Name, int Size, ImmutableArray<RecordField> Fields)
{
    /// <summary>The layout of a struct of an object.</summary>
    /// <param name="elf">An object with types, as clang makes it for BPF with <c>-g</c>.</param>
    /// <param name="name">The struct's tag, or a typedef's name.</param>
    /// <exception cref="ObjectFormatException">The bytes are no such object, or it has no such struct.</exception>
    public static RecordLayout Read(ReadOnlyMemory<byte> elf, string name)
    {
        ElfSection section = ElfFile.Read(elf).Sections.FirstOrDefault(section => string.Equals(section.Name, BtfTypes.SectionName, StringComparison.Ordinal))
            ?? throw new ObjectFormatException(BtfTypes.SectionName, 0, "The object has no types: compile it with -g.");
        BtfTypes types = BtfTypes.Read(section.Memory);
        return new RecordReader(types).Read(name);
    }
}

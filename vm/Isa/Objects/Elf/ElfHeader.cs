using System.Buffers.Binary;

namespace NearData.Isa.Objects.Elf;

/// <summary>
/// The file header of a little-endian ELF64 relocatable for eBPF (ELF-64 Object File Format 1.5, 3: Elf64_Ehdr, 64 bytes).
/// <code>
///   0 identification   16 type       18 machine   20 version   24 entry     32 program headers   40 section headers
///   48 flags           52 own size   54 and 56 program headers   58 size and 60 number of section headers   62 names' section
/// </code>
/// </summary>
/// <param name="SectionHeaders">Offset of the section headers in the file.</param>
/// <param name="SectionCount">Number of section headers.</param>
/// <param name="NamesSection">Index of the section that holds the sections' names.</param>
public readonly record struct ElfHeader(ulong SectionHeaders, ushort SectionCount, ushort NamesSection)
{
    public const int Size = 64;

    private const string Part = "ELF header";
    private const byte Class64 = 2;
    private const byte LittleEndian = 1;
    private const byte CurrentVersion = 1;
    private const ushort Relocatable = 1;

    /// <summary>EM_NONE: what assemblers wrote before there was a number for eBPF; libbpf takes it.</summary>
    private const ushort AnyMachine = 0;

    /// <summary>EM_BPF, as registered for the ELF machine field.</summary>
    private const ushort Bpf = 247;

    private static ReadOnlySpan<byte> Magic => "\x7f"u8 + "ELF"u8;

    /// <exception cref="ObjectFormatException">This isn't the header of such a file.</exception>
    internal static ElfHeader Read(SectionBytes file)
    {
        ReadOnlySpan<byte> bytes = file.Span(0, Math.Min(Size, file.Length), Part);
        if (!bytes.StartsWith(Magic))
        {
            throw new ObjectFormatException(Part, 0, "This is no ELF file: it doesn't begin with 7f 45 4c 46.");
        }

        bytes = file.Span(0, Size, Part);
        Require(bytes[4], Class64, 4, "The class");
        Require(bytes[5], LittleEndian, 5, "The byte order");
        Require(bytes[6], CurrentVersion, 6, "The version");
        Require(BinaryPrimitives.ReadUInt16LittleEndian(bytes[16..]), Relocatable, 16, "The file type");
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]) != AnyMachine)
        {
            Require(BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]), Bpf, 18, "The machine");
        }

        Require(BinaryPrimitives.ReadUInt16LittleEndian(bytes[58..]), SectionHeader.Size, 58, "The size of a section header");
        return new(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[60..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[62..]));
    }

    /// <summary>Writes the header into 64 zeroed bytes.</summary>
    internal void Write(Span<byte> bytes)
    {
        Magic.CopyTo(bytes);
        bytes[4] = Class64;
        bytes[5] = LittleEndian;
        bytes[6] = CurrentVersion;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[16..], Relocatable);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[18..], Bpf);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[20..], CurrentVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[40..], SectionHeaders);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[52..], Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[58..], SectionHeader.Size);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[60..], SectionCount);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[62..], NamesSection);
    }

    private static void Require(int found, int needed, int offset, string what)
    {
        if (found != needed)
        {
            throw new ObjectFormatException(
                Part, offset, $"{what} is {found}; eBPF objects for this machine (ELF64, little-endian, relocatable, EM_BPF) have {needed}.");
        }
    }
}

namespace NearData.Isa.Objects.Btf;

/// <summary>
/// The header of .BTF (kernel Documentation/bpf/btf.rst, 2: struct btf_header, 24 bytes); offsets count from the header's end.
/// <code>
///   0 magic   2 version   3 flags   4 own size   8 types' offset   12 and size   16 strings' offset   20 and size
/// </code>
/// </summary>
internal readonly record struct BtfHeader(uint Size, uint TypesOffset, uint TypesSize, uint StringsOffset, uint StringsSize)
{
    public const int MinSize = 24;

    public static BtfHeader Read(SectionBytes section)
    {
        uint size = BtfPreamble.Read(section, MinSize);
        return new(size, section.UInt32(8, "The header"), section.UInt32(12, "The header"), section.UInt32(16, "The header"), section.UInt32(20, "The header"));
    }

    public void Write(BtfOutput output)
    {
        BtfPreamble.Write(output, Size);
        output.Add(TypesOffset);
        output.Add(TypesSize);
        output.Add(StringsOffset);
        output.Add(StringsSize);
    }
}

/// <summary>The 8 bytes that .BTF and .BTF.ext both begin with (btf.rst, 2 and 4.1).</summary>
internal static class BtfPreamble
{
    private const ushort Magic = 0xeb9f;
    private const ushort Version = 1;

    /// <summary>The size of the whole header.</summary>
    public static uint Read(SectionBytes section, int minSize)
    {
        ushort magic = section.UInt16(0, "The header");
        if (magic != Magic)
        {
            throw new ObjectFormatException(section.Section, 0, $"The section begins with 0x{magic:x4}, not with 0x{Magic:x4}.");
        }

        // The version, and the flags in the high byte, of which none are defined.
        ushort version = section.UInt16(2, "The header");
        if (version != Version)
        {
            throw new ObjectFormatException(section.Section, 2, $"Version and flags are 0x{version:x4}; version 1 without flags is known.");
        }

        uint size = section.UInt32(4, "The header");
        return size >= minSize && size <= section.Length
            ? size
            : throw new ObjectFormatException(section.Section, 4, $"A header of {size} bytes in a section of {section.Length}; {minSize} are needed.");
    }

    public static void Write(BtfOutput output, uint size)
    {
        output.Add(Magic | ((uint)Version << 16));
        output.Add(size);
    }
}

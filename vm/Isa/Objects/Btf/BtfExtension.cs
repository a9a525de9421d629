using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects.Btf;

/// <summary>
/// .BTF.ext: what belongs to instructions (kernel Documentation/bpf/btf.rst, 4.1: struct btf_ext_header; offsets count from its end).
/// <code>
///   0 magic   2 version   3 flags   4 own size   8 functions' offset   12 and size   16 lines' offset   20 and size
///   24 CO-RE relocations' offset   28 and size (where the header is that long)
/// </code>
/// </summary>
internal sealed class BtfExtension
{
    /// <summary>The section that these are kept in.</summary>
    public const string SectionName = ".BTF.ext";

    private const int MinHeaderSize = 24;
    private const int HeaderSizeWithRelocations = 32;

    /// <summary>struct bpf_line_info: instruction, file, text, line and column in one word.</summary>
    private const int LineSize = 16;

    private readonly Dictionary<string, ImmutableArray<SourceLine>> _lines = new(StringComparer.Ordinal);

    private BtfExtension()
    {
    }

    /// <summary>Whether fields are to be moved to fit another machine's types.</summary>
    public bool HasFieldRelocations { get; private init; }

    public static BtfExtension Read(SectionBytes section, StringTable strings)
    {
        uint size = BtfPreamble.Read(section, MinHeaderSize);
        bool hasFieldRelocations = size >= HeaderSizeWithRelocations && section.UInt32(28, "The header") != 0;
        var extension = new BtfExtension { HasFieldRelocations = hasFieldRelocations };
        uint linesOffset = section.UInt32(16, "The header");
        uint linesSize = section.UInt32(20, "The header");
        if (linesSize != 0)
        {
            extension.ReadLines(section.Slice(size + (long)linesOffset, linesSize, "The lines", $"{SectionName} lines"), strings);
        }

        return extension;
    }

    /// <summary>The lines of an executable section's instructions, in their order.</summary>
    public ImmutableArray<SourceLine> LinesOf(string section) => _lines.GetValueOrDefault(section, []);

    private void ReadLines(SectionBytes bytes, StringTable strings)
    {
        uint recordSize = bytes.UInt32(0, "The size of a line");
        if (recordSize < LineSize)
        {
            throw new ObjectFormatException(bytes.Section, 0, $"Lines of {recordSize} bytes; {LineSize} are needed.");
        }

        long at = sizeof(uint);
        while (at < bytes.Length)
        {
            string name = strings[bytes.UInt32(at, "A section's lines")];
            long length = bytes.UInt32(at + 4, "A section's lines") * (long)recordSize;
            at += 8;
            bytes.Slice(at, length, $"The lines of {name}");
            if (!_lines.TryAdd(name, ReadSection(bytes, at, length, recordSize, strings)))
            {
                throw new ObjectFormatException(bytes.Section, at, $"Section {name} has its lines in two places.");
            }

            at += length;
        }
    }

    private static ImmutableArray<SourceLine> ReadSection(SectionBytes bytes, long start, long length, uint recordSize, StringTable strings)
    {
        var lines = ImmutableArray.CreateBuilder<SourceLine>((int)(length / recordSize));
        for (long at = start; at < start + length; at += recordSize)
        {
            uint offset = bytes.UInt32(at, "A line");
            int instruction = (int)(offset / Instruction.Size);
            if (offset % Instruction.Size != 0 || (lines.Count > 0 && lines[^1].Instruction > instruction))
            {
                throw new ObjectFormatException(bytes.Section, at, $"A line begins at byte {offset}: not an instruction, or not in order.");
            }

            uint place = bytes.UInt32(at + 12, "A line");
            lines.Add(new SourceLine(
                instruction,
                strings[bytes.UInt32(at + 4, "A line")],
                (int)(place >> 10),
                (int)(place & 0x3ff),
                strings[bytes.UInt32(at + 8, "A line")]));
        }

        return lines.MoveToImmutable();
    }
}

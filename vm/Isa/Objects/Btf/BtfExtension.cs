using System.Collections.Immutable;
using NearData.Isa.Objects.Btf.Core;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects.Btf;

/// <summary>
/// .BTF.ext: what belongs to instructions (kernel Documentation/bpf/btf.rst, 4.1: struct btf_ext_header; offsets count from its end).
/// <code>
///   0 magic   2 version   3 flags   4 own size   8 functions' offset   12 and size   16 lines' offset   20 and size
///   24 CO-RE relocations' offset   28 and size (where the header is that long)
/// </code>
/// Each part is the size of its records, and then for each section of code its name, the number of records, and these.
/// </summary>
internal sealed class BtfExtension
{
    /// <summary>The section that these are kept in.</summary>
    public const string SectionName = ".BTF.ext";

    private const int MinHeaderSize = 24;
    private const int HeaderSizeWithRelocations = 32;

    /// <summary>struct bpf_func_info: instruction and type.</summary>
    private const int FunctionSize = 8;

    /// <summary>struct bpf_line_info: instruction, file, text, line and column in one word.</summary>
    private const int LineSize = 16;

    /// <summary>struct bpf_core_relo: instruction, type, access, kind.</summary>
    private const int RelocationSize = 16;

    private readonly Dictionary<string, Dictionary<int, int>> _functions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<SourceLine>> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<CoreRelocation>> _relocations = new(StringComparer.Ordinal);
    private readonly SectionBytes _section;
    private readonly BtfTypes _types;

    private BtfExtension(SectionBytes section, BtfTypes types)
    {
        _section = section;
        _types = types;
    }

    /// <summary>Reads the section that belongs to some types.</summary>
    public static BtfExtension Read(SectionBytes section, BtfTypes types)
    {
        var extension = new BtfExtension(section, types);
        uint size = BtfPreamble.Read(section, MinHeaderSize);
        extension.ReadPart(size, 8, "functions", FunctionSize, extension.ReadFunctions);
        extension.ReadPart(size, 16, "lines", LineSize, extension.ReadLines);
        if (size >= HeaderSizeWithRelocations)
        {
            extension.ReadPart(size, 24, "relocations", RelocationSize, extension.ReadRelocations);
        }

        return extension;
    }

    /// <summary>The number of the type of the function that begins at a section's slot, or null.</summary>
    public int? FunctionAt(string section, int slot) =>
        _functions.TryGetValue(section, out Dictionary<int, int>? functions) && functions.TryGetValue(slot, out int type) ? type : null;

    /// <summary>The lines of an executable section's instructions, in their order, one at most for each.</summary>
    public ImmutableArray<SourceLine> LinesOf(string section) => _lines.GetValueOrDefault(section, []);

    /// <summary>The CO-RE relocations of an executable section's instructions, in the file's order.</summary>
    public ImmutableArray<CoreRelocation> RelocationsOf(string section) => _relocations.GetValueOrDefault(section, []);

    private void ReadPart(uint headerSize, int at, string name, int minSize, Action<string, SectionBytes, int> read)
    {
        uint offset = _section.UInt32(at, "The header");
        uint size = _section.UInt32(at + 4, "The header");
        if (size == 0)
        {
            return;
        }

        SectionBytes bytes = _section.Slice(headerSize + (long)offset, size, $"The {name}", $"{SectionName} {name}");
        uint recordSize = bytes.UInt32(0, "The size of a record");
        if (recordSize < minSize || recordSize % sizeof(uint) != 0)
        {
            throw new ObjectFormatException(bytes.Section, 0, $"Records of {recordSize} bytes; {minSize} are needed, in words of 4.");
        }

        long position = sizeof(uint);
        var sections = new HashSet<string>(StringComparer.Ordinal);
        while (position < bytes.Length)
        {
            string section = _types.Strings[bytes.UInt32(position, "A section's name")];
            long length = bytes.UInt32(position + 4, "A section's records") * (long)recordSize;
            position += 8;
            if (!sections.Add(section))
            {
                throw new ObjectFormatException(bytes.Section, position, $"Section {section} has its {name} in two places.");
            }

            read(section, bytes.Slice(position, length, $"The {name} of {section}"), (int)recordSize);
            position += length;
        }
    }

    private void ReadFunctions(string section, SectionBytes bytes, int recordSize)
    {
        var functions = new Dictionary<int, int>();
        for (int at = 0; at < bytes.Length; at += recordSize)
        {
            uint type = bytes.UInt32(at + 4, "A function");
            if (type >= _types.Count || _types[(int)type] is not BtfFunction)
            {
                throw new ObjectFormatException(bytes.Section, at, $"Type {type} isn't a function's.");
            }

            functions[Slot(bytes, at)] = (int)type;
        }

        _functions.Add(section, functions);
    }

    private void ReadLines(string section, SectionBytes bytes, int recordSize)
    {
        var lines = ImmutableArray.CreateBuilder<SourceLine>();
        for (int at = 0; at < bytes.Length; at += recordSize)
        {
            int instruction = Slot(bytes, at);
            if (lines.Count > 0 && lines[^1].Instruction >= instruction)
            {
                if (lines[^1].Instruction > instruction)
                {
                    throw new ObjectFormatException(bytes.Section, at, $"The line of instruction {instruction} comes after that of {lines[^1].Instruction}.");
                }

                lines.RemoveAt(lines.Count - 1);
            }

            uint place = bytes.UInt32(at + 12, "A line");
            lines.Add(new SourceLine(
                instruction,
                _types.Strings[bytes.UInt32(at + 4, "A line")],
                (int)(place >> 10),
                (int)(place & 0x3ff),
                _types.Strings[bytes.UInt32(at + 8, "A line")]));
        }

        _lines.Add(section, lines.ToImmutable());
    }

    private void ReadRelocations(string section, SectionBytes bytes, int recordSize)
    {
        var relocations = ImmutableArray.CreateBuilder<CoreRelocation>(bytes.Length / recordSize);
        for (int at = 0; at < bytes.Length; at += recordSize)
        {
            uint type = bytes.UInt32(at + 4, "A relocation");
            if (type >= _types.Count)
            {
                throw new ObjectFormatException(bytes.Section, at, $"Type {type} isn't one of {_types.Count}.");
            }

            relocations.Add(new CoreRelocation(
                Slot(bytes, at),
                (int)type,
                _types.Strings[bytes.UInt32(at + 8, "A relocation")],
                (CoreRelocationKind)bytes.UInt32(at + 12, "A relocation")));
        }

        _relocations.Add(section, relocations.MoveToImmutable());
    }

    private static int Slot(SectionBytes bytes, int at)
    {
        uint offset = bytes.UInt32(at, "A record");
        return offset % Instruction.Size == 0
            ? (int)(offset / Instruction.Size)
            : throw new ObjectFormatException(bytes.Section, at, $"Byte {offset} isn't where an instruction begins.");
    }
}

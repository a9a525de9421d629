using System.Collections.Immutable;
using System.Globalization;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Which contract an object's sections are read by.</summary>
internal enum ObjectForm
{
    /// <summary>It has a <c>filter</c>, <c>reduce</c> or <c>buffer</c>: rows, results and parameters. Nothing in it may be without a meaning.</summary>
    Query,

    /// <summary>Everything else that loaders of the kernel take: packet programs and programs of unknown kind, read as libbpf reads them.</summary>
    General,
}

/// <summary>What sections mean, by name (docs/abi.md).</summary>
internal static class SectionRoles
{
    public const string ReadOnlyData = ".rodata";
    public const string Results = ".bss.results";
    public const string Declarations = ".maps";
    public const string Configuration = ".kconfig";
    public const string Functions = ".text";
    public const string License = "license";

    /// <summary>Before the name of a section whose programs are loaded only where they are asked for.</summary>
    public const char OptionalPrefix = '?';

    /// <summary>Sections of the programs of a query, by name.</summary>
    public static readonly ImmutableArray<(string Name, ProgramKind Kind)> Programs =
        [("filter", ProgramKind.Filter), ("reduce", ProgramKind.Reduce)];

    /// <summary>Bytes of the buffers of a program whose section names no size, and the most that one may name.</summary>
    public const int LongestBuffer = 1 << 16;

    /// <summary>Of the program that decides which groups are sent; a slash and a map's name may follow.</summary>
    public const string Emit = "emit";

    private const string Buffer = "buffer";

    private const string LegacyMaps = "maps";

    /// <summary>libbpf's names of the kinds that are known here; each may go on with a slash and anything.</summary>
    private static readonly ImmutableArray<(string Name, ProgramKind Kind)> PacketPrograms =
    [
        ("xdp", ProgramKind.Xdp),
        ("xdp.frags", ProgramKind.Xdp),
        ("socket", ProgramKind.SocketFilter),
        ("tc", ProgramKind.TrafficControl),
        ("tcx", ProgramKind.TrafficControl),
        ("classifier", ProgramKind.TrafficControl),
        ("action", ProgramKind.TrafficControl),
    ];

    private static readonly ImmutableArray<string> WritableData = [".data", ".bss"];

    /// <summary>Memory of no use here: the licence and version that the kernel asks for, and unwinding tables.</summary>
    private static readonly ImmutableArray<string> WithoutMeaning = [License, "version", ".eh_frame"];

    public static ObjectForm FormOf(ElfFile file) =>
        file.Sections.Any(section => IsCode(section) && (IsBuffer(WithoutPrefix(section.Name)) || Programs.Any(program => program.Name == WithoutPrefix(section.Name))))
            ? ObjectForm.Query
            : ObjectForm.General;

    /// <summary>Whether a section holds instructions.</summary>
    public static bool IsCode(ElfSection section) =>
        section is { IsAllocated: true, IsExecutable: true, Header.Type: SectionType.Data } && section.Memory.Length != 0;

    /// <summary>A program section's name without the mark of optional programs.</summary>
    public static string WithoutPrefix(string section) => section.StartsWith(OptionalPrefix) ? section[1..] : section;

    /// <summary>Whether a query's section holds a program that decides which groups are sent.</summary>
    public static bool IsEmit(string section) => IsOrBegins(section, Emit, '/');

    /// <summary>The map that such a section names, or null where it names none.</summary>
    public static string? EmitTarget(string section) => section.Length > Emit.Length ? section[(Emit.Length + 1)..] : null;

    /// <summary>Whether a query's section holds a program that is called with raw buffers.</summary>
    public static bool IsBuffer(string section) => IsOrBegins(section, Buffer, '/');

    /// <summary>Bytes of the buffers that such a section asks for; null where what it names is no size.</summary>
    public static int? BufferBytes(string section) =>
        section.Length == Buffer.Length ? LongestBuffer
        : int.TryParse(section.AsSpan(Buffer.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) && bytes is >= 1 and <= LongestBuffer ? bytes
        : null;

    /// <summary>The kind of the packet programs in a section, or null where its name tells none.</summary>
    public static ProgramKind? PacketKind(string section)
    {
        foreach ((string name, ProgramKind kind) in PacketPrograms)
        {
            if (IsOrBegins(section, name, '/'))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>Whether a section is <c>.rodata</c> or one of its parts, such as <c>.rodata.str1.1</c>.</summary>
    public static bool IsReadOnlyData(string section) => IsOrBegins(section, ReadOnlyData, '.');

    /// <summary>Whether a section holds maps in the form from before BTF; some loaders of Rust programs give each its own section.</summary>
    public static bool IsLegacyMaps(string section) => IsOrBegins(section, LegacyMaps, '/');

    /// <summary>The role of a section of data, or null for one that is none.</summary>
    public static MapRole? DataRole(string section, ObjectForm form) =>
        IsReadOnlyData(section) ? MapRole.ReadOnlyData
        : form == ObjectForm.General ? (WritableData.Any(name => IsOrBegins(section, name, '.')) ? MapRole.Data : null)
        : section == Results ? MapRole.Results
        : WritableData.Contains(section, StringComparer.Ordinal) ? MapRole.Data
        : null;

    /// <summary>A query has no section without a meaning, so that a misspelt name is an error and not a query that does less.</summary>
    /// <exception cref="ObjectContractException">A section of code or data has a name without a meaning.</exception>
    public static void CheckQuery(ElfFile file)
    {
        foreach (ElfSection section in file.Sections.Where(section => section.IsAllocated && section.Header.Length != 0))
        {
            if (section.IsExecutable)
            {
                CheckCode(section.Name);
            }
            else if (DataRole(section.Name, ObjectForm.Query) is null
                && section.Name != Declarations
                && !WithoutMeaning.Contains(section.Name, StringComparer.Ordinal))
            {
                throw new ObjectContractException(section.Name, section.Name, IsLegacyMaps(section.Name)
                    ? "A query declares its maps in .maps, with __uint and __type; this is the old form."
                    : $"Data in a section of this name has no meaning in a query; known: {ReadOnlyData}, {Results}, {string.Join(", ", WritableData)}, {Declarations}.");
            }
        }
    }

    private static void CheckCode(string section)
    {
        if (section != Functions && !IsEmit(section) && !IsBuffer(section) && Programs.All(program => program.Name != section))
        {
            throw new ObjectContractException(
                section,
                section,
                $"A program section of this name has no meaning in a query; known: {string.Join(", ", Programs.Select(program => program.Name))}, {Emit}, {Buffer}, {Functions}.");
        }
    }

    private static bool IsOrBegins(string section, string name, char separator) =>
        section.StartsWith(name, StringComparison.Ordinal) && (section.Length == name.Length || section[name.Length] == separator);
}

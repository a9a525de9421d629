using System.Collections.Immutable;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The sections that have a meaning, by name (docs/abi.md). What would change a program's meaning is never passed over.</summary>
internal static class SectionRoles
{
    public const string ReadOnlyData = ".rodata";
    public const string Results = ".bss.results";
    public const string Declarations = ".maps";

    /// <summary>Sections of programs, by name.</summary>
    public static readonly ImmutableArray<(string Name, ProgramKind Kind)> Programs =
        [("filter", ProgramKind.Filter), ("reduce", ProgramKind.Reduce)];

    private static readonly ImmutableArray<string> WritableData = [".data", ".bss"];

    /// <summary>Memory of no use here: the licence and version that the kernel asks for, and unwinding tables.</summary>
    private static readonly ImmutableArray<string> WithoutMeaning = ["license", "version", ".eh_frame"];

    /// <summary>Whether a section is <c>.rodata</c> or one of its parts, such as <c>.rodata.str1.1</c>.</summary>
    public static bool IsReadOnlyData(string section) => section == ReadOnlyData || section.StartsWith(ReadOnlyData + ".", StringComparison.Ordinal);

    /// <summary>The role of a section of data, or null for one that is none.</summary>
    public static MapRole? DataRole(string section) =>
        IsReadOnlyData(section) ? MapRole.ReadOnlyData
        : section == Results ? MapRole.Results
        : WritableData.Contains(section, StringComparer.Ordinal) ? MapRole.Data
        : null;

    /// <exception cref="ObjectContractException">A section of code or data has a name without a meaning.</exception>
    public static void Check(ElfFile file)
    {
        foreach (ElfSection section in file.Sections.Where(section => section.IsAllocated && section.Header.Length != 0))
        {
            if (section.IsExecutable)
            {
                CheckCode(file, section);
            }
            else if (DataRole(section.Name) is null && section.Name != Declarations && !WithoutMeaning.Contains(section.Name, StringComparer.Ordinal))
            {
                throw new ObjectContractException(section.Name, section.Name, section.Name == "maps"
                    ? "Maps in the old form aren't supported; declare them in .maps, with __uint and __type."
                    : $"Data in a section of this name has no meaning; known: {ReadOnlyData}, {Results}, {string.Join(", ", WritableData)}, {Declarations}.");
            }
        }
    }

    private static void CheckCode(ElfFile file, ElfSection section)
    {
        if (Programs.Any(program => program.Name == section.Name))
        {
            return;
        }

        if (section.Name == ".text")
        {
            string function = file.Symbols.FirstOrDefault(symbol => symbol.Names(section) && symbol.Entry.Type == SymbolType.Function)?.Name ?? "?";
            throw new ObjectContractException(section.Name, function, Subprogram(function));
        }

        throw new ObjectContractException(
            section.Name,
            section.Name,
            $"A program section of this name has no meaning; known: {string.Join(", ", Programs.Select(program => program.Name))}.");
    }

    /// <summary>Why a function that is called isn't accepted, and what to do.</summary>
    public static string Subprogram(string function) =>
        $"Function '{function}' is called, not inlined; calls between functions aren't supported. Declare it static __always_inline.";
}

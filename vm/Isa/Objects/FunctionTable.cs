using System.Collections.Immutable;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>A function as the symbols tell it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Section">The section's number.</param>
/// <param name="Start">Its first slot in the section.</param>
/// <param name="Length">Slots.</param>
/// <param name="IsLocal">Whether no other file could call it.</param>
/// <param name="Linkage">Hidden functions count as static, as they do for libbpf: nothing outside the object calls them.</param>
internal sealed record CodeFunction(string Name, int Section, int Start, int Length, bool IsLocal, FunctionLinkage Linkage)
{
    public int End => Start + Length;
}

/// <summary>The functions of an object's sections of code: where each begins and ends.</summary>
internal sealed class FunctionTable
{
    private readonly Dictionary<(int Section, int Start), CodeFunction> _byPlace = [];
    private readonly Dictionary<int, ImmutableArray<CodeFunction>> _bySection = [];

    public FunctionTable(ElfFile file)
    {
        foreach (ElfSymbol symbol in file.Symbols)
        {
            if (symbol.Entry is { Type: SymbolType.Function, Section: < SymbolEntry.FirstReserved }
                && file.Sections[symbol.Entry.Section] is ElfSection section
                && SectionRoles.IsCode(section))
            {
                Add(section, symbol);
            }
        }

        foreach (IGrouping<int, CodeFunction> section in _byPlace.Values.GroupBy(function => function.Section))
        {
            ImmutableArray<CodeFunction> functions = [.. section.OrderBy(function => function.Start)];
            CheckPlaces(file.Sections[section.Key].Name, functions);
            _bySection.Add(section.Key, functions);
        }
    }

    /// <summary>Functions in all sections.</summary>
    public int Count => _byPlace.Count;

    /// <summary>The functions of a section, in their order.</summary>
    public ImmutableArray<CodeFunction> Of(ElfSection section) => _bySection.GetValueOrDefault(section.Index, []);

    /// <summary>The function that begins at a slot, or null.</summary>
    public CodeFunction? Find(int section, long start) =>
        start is >= 0 and <= int.MaxValue ? _byPlace.GetValueOrDefault((section, (int)start)) : null;

    /// <summary>A second name of the same function is passed over, unless the first is one that only this file knows.</summary>
    private void Add(ElfSection section, ElfSymbol symbol)
    {
        SymbolEntry entry = symbol.Entry;
        if (entry.Value % Instruction.Size != 0
            || entry.Length % Instruction.Size != 0
            || entry.Length == 0
            || entry.Length > (ulong)section.Memory.Length
            || entry.Value > (ulong)section.Memory.Length - entry.Length)
        {
            throw new ObjectFormatException(
                section.Name,
                (long)Math.Min(entry.Value, long.MaxValue),
                $"Function '{symbol.Name}' of {entry.Length} bytes isn't a row of instructions inside the {section.Memory.Length} bytes that there are.");
        }

        bool isLocal = entry.Binding == SymbolBinding.Local;
        bool isHidden = isLocal || entry.Visibility is SymbolVisibility.Hidden or SymbolVisibility.Internal;
        var function = new CodeFunction(
            symbol.Name,
            section.Index,
            (int)entry.Value / Instruction.Size,
            (int)entry.Length / Instruction.Size,
            isLocal,
            isHidden ? FunctionLinkage.Static : FunctionLinkage.Global);
        if (!_byPlace.TryGetValue((section.Index, function.Start), out CodeFunction? other) || (other.IsLocal && !isLocal))
        {
            _byPlace[(section.Index, function.Start)] = function;
        }
    }

    private static void CheckPlaces(string section, ImmutableArray<CodeFunction> functions)
    {
        for (int i = 1; i < functions.Length; i++)
        {
            if (functions[i].Start < functions[i - 1].End)
            {
                throw new ObjectFormatException(
                    section, (long)functions[i].Start * Instruction.Size, $"Function '{functions[i].Name}' begins inside '{functions[i - 1].Name}'.");
            }
        }
    }
}

using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// Builds an object in memory, as clang would for the same programs: the types, the sections, and relocations for every wide load
/// of an address. The same input gives the same bytes. Not thread-safe.
/// </summary>
public sealed class ObjectBuilder
{
    /// <summary>In code that is added, the map index of <c>.rodata</c>. What is read back may number its maps otherwise.</summary>
    public const int ParametersMap = 0;

    /// <summary>In code that is added, the map index of <c>.bss.results</c>. What is read back may number its maps otherwise.</summary>
    public const int ResultsMap = 1;

    /// <summary>In code that is added, the map index of the group map. What is read back may number its maps otherwise.</summary>
    public const int GroupsMap = 2;

    /// <summary>In code that is added, the map index of the first map of frozen groups; the others follow in the order in which they were added.</summary>
    public const int FirstFrozenMap = 3;

    private const string ResultsVariable = "result";
    private const ulong DataAlignment = 8;
    private const SectionFlags Code = SectionFlags.Allocated | SectionFlags.Executable;

    private readonly ImmutableArray<ParameterField> _parameters;
    private readonly ImmutableArray<ResultField> _results;
    private readonly RowLayout _row;
    private readonly int _parameterBytes;
    private readonly int _resultBytes;
    private readonly SortedDictionary<int, MapDefinition> _groups = [];
    private readonly SortedDictionary<ProgramKind, (string Name, ImmutableArray<Instruction> Code)> _programs = [];

    /// <param name="row">The row of all programs; a nullable field's validity byte follows its value.</param>
    /// <param name="parameters">At offsets of their own, in ascending order, naturally aligned (<see cref="ParameterLayout"/>).</param>
    /// <param name="results">At offsets of their own, in ascending order, naturally aligned (<see cref="ResultLayout"/>).</param>
    /// <exception cref="ArgumentException">A nullable field's validity byte is elsewhere.</exception>
    public ObjectBuilder(RowLayout row, ImmutableArray<ParameterField> parameters, ImmutableArray<ResultField> results)
    {
        if (row.Fields.FirstOrDefault(field => field.IsNullable && field.ValidityOffset != field.Offset + field.Type.Size()) is RowField odd)
        {
            throw new ArgumentException(
                $"Field '{odd.Name}' has its value at {odd.Offset} and its validity at {odd.ValidityOffset}; it belongs right after the value.", nameof(row));
        }

        _row = row;
        _parameters = parameters;
        _results = results;
        _parameterBytes = parameters.Select(parameter => parameter.Offset + parameter.Size).DefaultIfEmpty().Max();
        _resultBytes = NaturalLayout.AlignUp(
            results.Select(result => result.Offset + result.Size).DefaultIfEmpty().Max(),
            results.Select(result => result.Alignment).DefaultIfEmpty(1).Max());
    }

    /// <summary>Adds the group map; its key and members are laid out without gaps at the end of the key, naturally aligned.</summary>
    /// <param name="name">A C identifier.</param>
    /// <param name="layout">What keys and values are made of.</param>
    /// <param name="maxGroups">The most groups, from 1.</param>
    /// <exception cref="ArgumentException">There is one already.</exception>
    public ObjectBuilder AddGroups(string name, GroupLayout layout, int maxGroups) => _groups.TryAdd(GroupsMap, Groups(name, layout, maxGroups))
        ? this
        : throw new ArgumentException($"There is a group map already: {_groups[GroupsMap].Name}.", nameof(name));

    /// <summary>Adds groups of an earlier stage, to be looked up.</summary>
    /// <param name="name">Of the map that the stage makes them in.</param>
    /// <param name="layout">As of that map.</param>
    public ObjectBuilder AddFrozenGroups(string name, GroupLayout layout)
    {
        int index = FirstFrozenMap + _groups.Keys.Count(map => map >= FirstFrozenMap);
        _groups.Add(index, Groups(name, layout, maxGroups: 1) with { Flags = MapFlags.ReadOnlyForPrograms });
        return this;
    }

    /// <summary>Adds the program of a kind; its code refers to data by <see cref="ParametersMap"/>, <see cref="ResultsMap"/>, <see cref="GroupsMap"/> and <see cref="FirstFrozenMap"/>.</summary>
    /// <param name="name">The function's name: a C identifier.</param>
    /// <param name="kind">A kind that has a section.</param>
    /// <param name="code">Slots; a wide load takes two.</param>
    /// <exception cref="ArgumentException">The kind has no section or a program already, or the code refers to no such data.</exception>
    public ObjectBuilder Add(string name, ProgramKind kind, ImmutableArray<Instruction> code)
    {
        _ = SectionOf(kind);
        if (kind == ProgramKind.Emit && !_groups.ContainsKey(GroupsMap))
        {
            throw new ArgumentException($"'{name}' decides on groups, and there is no group map.", nameof(kind));
        }

        for (int i = 0; i < code.Length; i += code[i].IsWide ? 2 : 1)
        {
            CheckReference(name, code, i);
        }

        return _programs.TryAdd(kind, (name, code))
            ? this
            : throw new ArgumentException($"There is a {kind} program already: {_programs[kind].Name}.", nameof(kind));
    }

    /// <summary>The object's file.</summary>
    public byte[] Build()
    {
        var elf = new ElfWriter();
        List<(string Section, int Number, string Name, ImmutableArray<Instruction> Code)> programs = [.. _programs.Select(program =>
        {
            string section = SectionOf(program.Key);
            byte[] bytes = Encode(program.Value.Code);
            return (section, elf.AddSection(section, Code, Instruction.Size, bytes), program.Value.Name, program.Value.Code);
        })];

        int constants = _parameters.IsEmpty ? 0
            : elf.AddSection(SectionRoles.ReadOnlyData, SectionFlags.Allocated, DataAlignment, new byte[_parameterBytes]);
        int results = _results.IsEmpty ? 0
            : elf.AddZeros(SectionRoles.Results, SectionFlags.Allocated | SectionFlags.Writable, DataAlignment, _resultBytes);
        int groups = _groups.Count == 0 ? 0 : elf.AddSection(
            SectionRoles.Declarations, SectionFlags.Allocated | SectionFlags.Writable, DataAlignment, new byte[_groups.Count * ObjectTypes.MapDeclarationBytes]);
        elf.AddSection(BtfTypes.SectionName, SectionFlags.None, sizeof(uint), BuildTypes());

        Dictionary<int, int> symbols = [];
        foreach ((int map, int section) in new[] { (ParametersMap, constants), (ResultsMap, results) }.Where(data => data.Item2 != 0))
        {
            symbols.Add(map, elf.AddSectionSymbol(section));
        }

        foreach ((int map, MapDefinition definition) in _groups)
        {
            symbols.Add(map, elf.AddSymbol(
                definition.Name, SymbolType.Object, groups, symbols.Keys.Count(it => it >= GroupsMap) * ObjectTypes.MapDeclarationBytes, ObjectTypes.MapDeclarationBytes));
        }

        foreach ((string section, int number, string name, ImmutableArray<Instruction> code) in programs)
        {
            elf.AddSymbol(name, SymbolType.Function, number, 0, code.Length * Instruction.Size);
            RelocationEntry[] relocations = [.. References(code)
                .Select(at => new RelocationEntry((ulong)at * Instruction.Size, RelocationType.WideLoad, (uint)symbols[code[at].Immediate]))];
            if (relocations.Length != 0)
            {
                elf.AddRelocations(section, number, relocations);
            }
        }

        foreach (ParameterField parameter in _parameters)
        {
            elf.AddSymbol(parameter.Name, SymbolType.Object, constants, parameter.Offset, parameter.Size);
        }

        if (results != 0)
        {
            elf.AddSymbol(ResultsVariable, SymbolType.Object, results, 0, _resultBytes);
        }

        return elf.Build();
    }

    private static MapDefinition Groups(string name, GroupLayout layout, int maxGroups)
    {
        int keyBytes = layout.Key.Max(part => part.Offset + part.Size);
        int valueBytes = NaturalLayout.AlignUp(
            layout.Values.Max(member => member.Offset + member.Size), layout.Values.Max(member => member.Alignment));
        return new MapDefinition(name, MapRole.Declared, MapType.Groups, keyBytes, valueBytes, maxGroups, []) { Group = layout };
    }

    private static string SectionOf(ProgramKind kind) => kind == ProgramKind.Emit ? SectionRoles.Emit
        : SectionRoles.Programs.FirstOrDefault(program => program.Kind == kind).Name
        ?? throw new ArgumentException($"A {kind} program has no section.", nameof(kind));

    private static IEnumerable<int> References(ImmutableArray<Instruction> code)
    {
        for (int i = 0; i < code.Length; i += code[i].IsWide ? 2 : 1)
        {
            if (code[i].IsWide && code[i].WideKind is WideImmediateKind.MapValue or WideImmediateKind.Map)
            {
                yield return i;
            }
        }
    }

    /// <summary>The code as a compiler leaves it: each reference is a plain load of the offset, which its relocation completes.</summary>
    private static byte[] Encode(ImmutableArray<Instruction> code)
    {
        Instruction[] unlinked = [.. code];
        foreach (int at in References(code))
        {
            unlinked[at] = code[at] with { Source = default, Immediate = code[at + 1].Immediate };
            unlinked[at + 1] = code[at + 1] with { Immediate = 0 };
        }

        return Decoding.InstructionEncoder.Encode(unlinked);
    }

    private void CheckReference(string name, ImmutableArray<Instruction> code, int at)
    {
        if (!code[at].IsWide || code[at].WideKind == WideImmediateKind.Number)
        {
            return;
        }

        int length = (code[at].WideKind, code[at].Immediate) switch
        {
            (WideImmediateKind.MapValue, ParametersMap) => _parameterBytes,
            (WideImmediateKind.MapValue, ResultsMap) => _resultBytes,
            (WideImmediateKind.Map, var map) when _groups.ContainsKey(map) => 1,
            _ => 0,
        };
        int offset = code[at + 1].Immediate;
        if (offset < 0 || offset >= length)
        {
            throw new ArgumentException(
                $"Instruction {at} of '{name}' loads the address of byte {offset} of map {code[at].Immediate} ({code[at].WideKind}), which isn't there.",
                nameof(code));
        }
    }

    private byte[] BuildTypes()
    {
        var types = new ObjectTypes();
        int prototype = types.AddRow(_row);
        foreach ((ProgramKind kind, (string name, _)) in _programs)
        {
            types.AddProgram(name, kind == ProgramKind.Emit ? types.AddGroup(_groups[GroupsMap]) : prototype);
        }

        if (!_parameters.IsEmpty)
        {
            types.AddParameters(_parameters, _parameterBytes);
        }

        if (!_results.IsEmpty)
        {
            types.AddResults(ResultsVariable, _results, _resultBytes);
        }

        if (_groups.Count != 0)
        {
            types.AddGroups(_groups.Values);
        }

        return types.ToSection();
    }
}

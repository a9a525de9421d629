using System.Buffers.Binary;
using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Puts an object together: sections by name, types from BTF, code linked to data. One object, one reader.</summary>
internal sealed class ObjectReader
{
    private readonly ElfFile _file;
    private readonly BtfTypes _types;
    private readonly BtfExtension? _extension;
    private readonly DeclTags _tags;
    private readonly MapTable _maps;

    public ObjectReader(ReadOnlyMemory<byte> elf)
    {
        _file = ElfFile.Read(elf);
        SectionRoles.Check(_file);
        _types = ReadTypes();
        CheckDefined();
        _extension = ReadExtension();
        _tags = new DeclTags(_types);
        _maps = new MapTable(_file, _types);
        Results = Describe(SectionRoles.Results) is (BtfDataSection results, int resultBytes)
            ? new ResultReader(_types, _tags).Read(results, resultBytes)
            : [];
        Parameters = Describe(SectionRoles.ReadOnlyData) is (BtfDataSection constants, int constantBytes)
            ? new ParameterReader(_types).Read(constants, constantBytes)
            : [];
    }

    public ImmutableArray<MapDefinition> Maps => _maps.Maps;

    public ImmutableArray<ResultField> Results { get; }

    public ImmutableArray<ParameterField> Parameters { get; }

    public ImmutableArray<Program> ReadPrograms()
    {
        var prototypes = new PrototypeReader(_types, _tags);
        var code = new CodeReader(_file, _maps);
        var programs = ImmutableArray.CreateBuilder<Program>();
        foreach ((string name, ProgramKind kind) in SectionRoles.Programs)
        {
            if (_file.Find(name) is not ElfSection { Header.Length: > 0 } section)
            {
                continue;
            }

            string function = FindFunction(section);
            programs.Add(new Program
            {
                Name = function,
                Section = name,
                Kind = kind,
                Context = prototypes.ReadRow(section.Name, function),
                Code = code.Read(section),
                Maps = Maps,
                Results = Results,
                Lines = ReadLines(section),
            });
        }

        return programs.Count != 0
            ? programs.ToImmutable()
            : throw new ObjectContractException(
                "section headers",
                "program",
                $"The object has no program: none of the sections {string.Join(", ", SectionRoles.Programs.Select(program => program.Name))}.");
    }

    private BtfTypes ReadTypes()
    {
        ElfSection section = _file.Find(BtfTypes.SectionName)
            ?? throw new ObjectContractException(BtfTypes.SectionName, BtfTypes.SectionName, "The object has no types; compile it with -g.");
        byte[] bytes = section.Memory.ToArray();

        // Compilers leave a variable's offset in its section to its symbol (kernel Documentation/bpf/llvm_reloc.rst).
        foreach (ElfRelocation relocation in _file.RelocationsOf(section))
        {
            if (relocation.Type is not (RelocationType.Data32 or RelocationType.Types32) || relocation.Offset > bytes.Length - sizeof(uint))
            {
                throw new ObjectFormatException(
                    section.Name, relocation.Offset, $"A relocation of type {(uint)relocation.Type}; types have 3 and 4, of 4 bytes.");
            }

            Span<byte> place = bytes.AsSpan(relocation.Offset, sizeof(uint));
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(place);
            BinaryPrimitives.WriteUInt32LittleEndian(place, unchecked(value + (uint)relocation.Symbol.Entry.Value));
        }

        return BtfTypes.Read(bytes);
    }

    /// <summary>Everything is in the object itself: there is nothing to link it with.</summary>
    private void CheckDefined()
    {
        ElfSymbol? missing = _file.Symbols.Skip(1).FirstOrDefault(symbol => symbol.Entry.Section == SymbolEntry.Undefined);
        if (missing is not null)
        {
            string section = _types.SectionOf(missing.Name) ?? "symbols";
            throw new ObjectContractException(
                section, missing.Name, $"'{missing.Name}' is extern; kernel variables, configuration and functions of other files aren't there.");
        }
    }

    private BtfExtension? ReadExtension()
    {
        if (_file.Find(BtfExtension.SectionName) is not ElfSection section)
        {
            return null;
        }

        // Its relocations are against the sections that it names anyway, which begin at 0.
        BtfExtension extension = BtfExtension.Read(section.Bytes, _types.Strings);
        return extension.HasFieldRelocations
            ? throw new ObjectContractException(
                section.Name, "CO-RE", "The object has CO-RE relocations (preserve_access_index, bpf_core_read); they aren't supported.")
            : extension;
    }

    private (BtfDataSection Types, int Length)? Describe(string name)
    {
        if (_file.Find(name) is not ElfSection { Header.Length: > 0 } section)
        {
            return null;
        }

        return _types.DataSection(name) is BtfDataSection types ? (types, (int)section.Header.Length)
            : name != SectionRoles.Results ? null
            : throw new ObjectContractException(name, name, "The section's variables aren't described; compile the object with -g.");
    }

    private string FindFunction(ElfSection section)
    {
        ElfSymbol[] functions = [.. _file.Symbols.Where(symbol => symbol.Names(section) && symbol.Entry.Type == SymbolType.Function).Take(2)];
        if (functions.Length == 2)
        {
            throw new ObjectContractException(
                section.Name, functions[1].Name, $"The section has '{functions[0].Name}' and '{functions[1].Name}'; one program is allowed.");
        }

        return functions is [{ Entry.Value: 0 } function] && function.Entry.Length == section.Header.Length
            ? function.Name
            : throw new ObjectFormatException(section.Name, 0, "The section isn't one function from its start to its end.");
    }

    private ImmutableArray<SourceLine> ReadLines(ElfSection section)
    {
        ImmutableArray<SourceLine> lines = _extension?.LinesOf(section.Name) ?? [];
        return lines.IsEmpty || lines[^1].Instruction < section.Memory.Length / Instruction.Size
            ? lines
            : throw new ObjectFormatException(
                BtfExtension.SectionName, 0, $"A line of {section.Name} begins at instruction {lines[^1].Instruction}, after its end.");
    }
}

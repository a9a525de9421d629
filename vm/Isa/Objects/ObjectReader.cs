using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using NearData.Isa.Helpers;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Core;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Puts an object together: sections by name, types from BTF, code linked to data and functions. One object, one reader.</summary>
internal sealed class ObjectReader
{
    /// <summary>Bytes of a licence that the kernel reads.</summary>
    private const int MaxLicense = 128;

    private readonly ElfFile _file;
    private readonly ObjectForm _form;
    private readonly BtfExtension? _extension;
    private readonly DeclTags _tags;
    private readonly FunctionTable _functions;
    private readonly ProgramLinker _linker;
    private readonly FunctionPrototypeReader _prototypes;
    private readonly ImmutableArray<Program>.Builder _programs = ImmutableArray.CreateBuilder<Program>();
    private readonly ImmutableArray<UntypedProgram>.Builder _untyped = ImmutableArray.CreateBuilder<UntypedProgram>();

    /// <param name="elf">The object.</param>
    /// <param name="target">The types of the machine that it is for; null where nobody says.</param>
    public ObjectReader(ReadOnlyMemory<byte> elf, BtfTypes? target)
    {
        _file = ElfFile.Read(elf);
        _form = SectionRoles.FormOf(_file);
        if (_form == ObjectForm.Query)
        {
            SectionRoles.CheckQuery(_file);
        }

        Types = ReadTypes();
        CheckDefined();
        _extension = ReadExtension();
        _tags = new DeclTags(Types);
        _functions = new FunctionTable(_file);
        var maps = new MapTable(_file, Types, _tags, _form, _functions);
        Maps = maps.ToImmutable();
        _linker = new ProgramLinker(_file, new SectionCodeReader(_file, maps, _functions, _extension, new CoreRelocator(Types, target)), Types, _extension);
        _prototypes = new FunctionPrototypeReader(Types);
        if (_form == ObjectForm.Query)
        {
            Results = Describe(SectionRoles.Results) is (BtfDataSection results, int resultBytes)
                ? new ResultReader(Types, _tags).Read(results, resultBytes)
                : [];
            Parameters = Describe(SectionRoles.ReadOnlyData) is (BtfDataSection constants, int constantBytes)
                ? new ParameterReader(Types).Read(constants, constantBytes)
                : [];
            ReadQuery();
        }
        else
        {
            ReadGeneral();
        }
    }

    public BtfTypes Types { get; }

    public ImmutableArray<MapDefinition> Maps { get; }

    public ImmutableArray<ResultField> Results { get; } = [];

    public ImmutableArray<ParameterField> Parameters { get; } = [];

    public ImmutableArray<Program> Programs => _programs.ToImmutable();

    public ImmutableArray<UntypedProgram> Untyped => _untyped.ToImmutable();

    /// <summary>The text of the section <c>license</c>; empty where there is none.</summary>
    public string License
    {
        get
        {
            ReadOnlySpan<byte> text = _file.Find(SectionRoles.License) is ElfSection section ? section.Memory.Span : [];
            text = text[..Math.Min(text.Length, MaxLicense)];
            int end = text.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
        }
    }

    private void ReadQuery()
    {
        var prototypes = new PrototypeReader(Types, _tags);
        foreach ((string name, ProgramKind kind) in SectionRoles.Programs)
        {
            if (_file.Find(name) is ElfSection section && SectionRoles.IsCode(section))
            {
                CodeFunction function = FindFunction(section);
                _programs.Add(ReadProgram(section, function, kind, prototypes.ReadRow(name, function.Name)));
            }
        }

        foreach (ElfSection section in _file.Sections.Where(section => SectionRoles.IsCode(section) && SectionRoles.IsBuffer(section.Name)))
        {
            CodeFunction function = FindFunction(section);
            prototypes.CheckBuffer(section.Name, function.Name);
            if (_programs.Count > 0)
            {
                throw new ObjectContractException(
                    section.Name, function.Name, $"Function '{function.Name}' is called with raw buffers, and '{_programs[0].Name}' is there too; a program over buffers is alone.");
            }

            _programs.Add(ReadProgram(section, function, ProgramKind.Buffer, new ProgramContext.Fields(ContextLayout.Buffer)));
        }

        foreach (ElfSection section in _file.Sections.Where(section => SectionRoles.IsCode(section) && SectionRoles.IsEmit(section.Name)))
        {
            CodeFunction function = FindFunction(section);
            int map = FindGroups(section.Name, function.Name);
            prototypes.CheckGroup(section.Name, function.Name, Maps[map]);
            _programs.Add(ReadProgram(section, function, ProgramKind.Emit, new ProgramContext.Group(map)));
        }
    }

    /// <summary>The map whose groups a program decides on: the one that its section names, or the only one.</summary>
    private int FindGroups(string section, string function)
    {
        string? wanted = SectionRoles.EmitTarget(section);
        int[] maps = [.. Enumerable.Range(0, Maps.Length).Where(
            map => Maps[map] is { Type: MapType.Groups, IsFrozenGroups: false } && (wanted is null || Maps[map].Name == wanted))];
        string needed = wanted is null ? "one ND_GROUPS map, or a section emit/NAME for one of several" : $"an ND_GROUPS map named '{wanted}'";
        return maps is [int only] && !_programs.Any(program => program.Context is ProgramContext.Group group && group.Map == only)
            ? only
            : throw new ObjectContractException(
                section, function, $"Function '{function}' decides which groups are sent, which needs {needed}, and no other program for it.");
    }

    private void ReadGeneral()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ElfSection section in _file.Sections.Where(SectionRoles.IsCode))
        {
            // What .BTF.ext says of a section it says by name.
            if (!names.Add(section.Name))
            {
                throw new ObjectFormatException(section.Name, 0, "There are two sections of this name.");
            }

            // A function without a program around it is one: there is nothing else that it could be for.
            if (section.Name == SectionRoles.Functions && _functions.Count > 1)
            {
                continue;
            }

            foreach (CodeFunction function in EntriesOf(section))
            {
                Add(section, function);
            }
        }

        if (_programs.Count == 0 && _untyped.Count == 0)
        {
            throw new ObjectContractException("section headers", "program", "The object has no program: no section of code with a function in it.");
        }
    }

    private void Add(ElfSection section, CodeFunction function)
    {
        if (SectionRoles.PacketKind(SectionRoles.WithoutPrefix(section.Name)) is ProgramKind kind)
        {
            _programs.Add(ReadProgram(section, function, kind, new ProgramContext.Fields(ContextLayout.Of(kind))));
        }
        else
        {
            _untyped.Add(new UntypedProgram(ReadProgram(section, function, ProgramKind.Memory, new ProgramContext.Memory(0))));
        }
    }

    /// <summary>The functions of a section that are programs: those that other files can see, or the only one.</summary>
    private IEnumerable<CodeFunction> EntriesOf(ElfSection section)
    {
        ImmutableArray<CodeFunction> functions = _functions.Of(section);
        if (functions is [CodeFunction only])
        {
            yield return only;
            yield break;
        }

        bool isFound = false;
        foreach (CodeFunction function in functions.Where(function => !function.IsLocal))
        {
            isFound = true;
            yield return function;
        }

        if (!isFound && !functions.IsEmpty)
        {
            throw new ObjectContractException(
                section.Name, functions[0].Name, $"All functions of the section are static, such as '{functions[0].Name}'; a program isn't.");
        }
    }

    private Program ReadProgram(ElfSection section, CodeFunction function, ProgramKind kind, ProgramContext context)
    {
        LinkedCode linked = _linker.Link(function);
        return new Program
        {
            Name = function.Name,
            Section = SectionRoles.WithoutPrefix(section.Name),
            IsOptional = section.Name.StartsWith(SectionRoles.OptionalPrefix),
            Kind = kind,
            Context = context,
            Code = linked.Code,
            Functions = [.. linked.Functions.Select(_prototypes.Describe)],
            Maps = Maps,
            Results = Results,
            Parameters = _form == ObjectForm.Query ? Parameters : [],
            Lines = linked.Lines,
        };
    }

    private BtfTypes ReadTypes()
    {
        if (_file.Find(BtfTypes.SectionName) is not ElfSection section)
        {
            bool needsTypes = _form == ObjectForm.Query || _file.Find(SectionRoles.Declarations) is not null;
            return needsTypes
                ? throw new ObjectContractException(BtfTypes.SectionName, BtfTypes.SectionName, "The object has no types; compile it with -g.")
                : BtfTypes.Empty;
        }

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
            uint addend = relocation.Addend is long given ? unchecked((uint)given) : BinaryPrimitives.ReadUInt32LittleEndian(place);
            BinaryPrimitives.WriteUInt32LittleEndian(place, unchecked(addend + (uint)relocation.Symbol.Entry.Value));
        }

        return BtfTypes.Read(bytes);
    }

    /// <summary>Everything is in the object itself: there is nothing to link it with. What is weak may be missing, but not from a query.</summary>
    private void CheckDefined()
    {
        ElfSymbol? missing = _file.Symbols.Skip(1).FirstOrDefault(symbol =>
            symbol.Entry.Section == SymbolEntry.Undefined && (symbol.Entry.Binding != SymbolBinding.Weak || _form == ObjectForm.Query)
            && KernelFunctions.Find(symbol.Name) is null);
        if (missing is not null)
        {
            string section = Types.SectionOf(missing.Name) ?? "symbols";
            throw new ObjectContractException(
                section, missing.Name, $"'{missing.Name}' is extern; kernel variables, configuration and functions of other files aren't there.");
        }
    }

    /// <summary>Its relocations are against the sections that it names anyway, which begin at 0.</summary>
    private BtfExtension? ReadExtension() =>
        _file.Find(BtfExtension.SectionName) is ElfSection section ? BtfExtension.Read(section.Bytes, Types) : null;

    private (BtfDataSection Types, int Length)? Describe(string name)
    {
        if (_file.Find(name) is not ElfSection { Header.Length: > 0 } section)
        {
            return null;
        }

        return Types.DataSection(name) is BtfDataSection types ? (types, (int)section.Header.Length)
            : name != SectionRoles.Results ? null
            : throw new ObjectContractException(name, name, "The section's variables aren't described; compile the object with -g.");
    }

    /// <summary>The program of a query's section; what else is in the section is called by it.</summary>
    private CodeFunction FindFunction(ElfSection section)
    {
        ImmutableArray<CodeFunction> functions = _functions.Of(section);
        int slots = section.Memory.Length / Instruction.Size;
        int end = 0;
        foreach (CodeFunction function in functions)
        {
            end = function.Start == end ? function.End : slots + 1;
        }

        if (end != slots)
        {
            throw new ObjectFormatException(section.Name, 0, "The section isn't functions from its start to its end.");
        }

        CodeFunction[] entries = [.. EntriesOf(section).Take(2)];
        return entries is [CodeFunction program]
            ? program
            : throw new ObjectContractException(
                section.Name, entries[1].Name, $"The section has '{entries[0].Name}' and '{entries[1].Name}'; one program is allowed.");
    }
}

using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>What a wide load refers to, after its relocation.</summary>
/// <param name="Kind">A map, or an address in a map's value.</param>
/// <param name="Map">The map's index.</param>
/// <param name="Offset">Bytes from the value's start.</param>
internal readonly record struct MapReference(WideImmediateKind Kind, int Map, int Offset);

/// <summary>An object's maps, and where in them each section of data and each declared map is found.</summary>
internal sealed class MapTable
{
    private const int MaxAlignment = 64;

    /// <summary>What programs over rows can look things up in.</summary>
    private static readonly ImmutableArray<MapType> QueryMaps = [MapType.Hash, MapType.Array, MapType.LpmTrie];

    private readonly ElfFile _file;
    private readonly BtfTypes _types;
    private readonly ObjectForm _form;
    private readonly GroupReader _groups;
    private readonly Dictionary<int, (int Map, int Start, int Length)> _data = [];
    private readonly Dictionary<(int Section, long Offset), int> _declared = [];
    private readonly Dictionary<string, int> _settings = new(StringComparer.Ordinal);
    private readonly List<MapDefinition> _maps = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _bytes;
    private int _settingsMap;

    public MapTable(ElfFile file, BtfTypes types, DeclTags tags, ObjectForm form, FunctionTable functions)
    {
        _file = file;
        _types = types;
        _form = form;
        _groups = new GroupReader(types, tags);
        ILookup<MapRole, ElfSection> sections = file.Sections
            .Where(section => section is { IsAllocated: true, IsExecutable: false, Header.Length: not 0 } && SectionRoles.DataRole(section.Name, form) is not null)
            .ToLookup(section => SectionRoles.DataRole(section.Name, form)!.Value);
        if (form == ObjectForm.Query)
        {
            CheckNoAddresses(sections.SelectMany(role => role));
            JoinReadOnlyData([.. sections[MapRole.ReadOnlyData].OrderBy(section => section.Name != SectionRoles.ReadOnlyData)]);
        }
        else
        {
            foreach (ElfSection section in sections[MapRole.ReadOnlyData])
            {
                AddData(section, MapRole.ReadOnlyData);
            }
        }

        foreach (ElfSection section in sections[MapRole.Results].Concat(sections[MapRole.Data]))
        {
            AddData(section, SectionRoles.DataRole(section.Name, form)!.Value);
        }

        AddSettings();
        AddDeclared(functions);
        if (form == ObjectForm.General)
        {
            AddLegacy();
        }
    }

    public MapDefinition this[int map] => _maps[map];

    /// <summary>All maps: read-only data first, then other data, then those that are declared.</summary>
    public ImmutableArray<MapDefinition> ToImmutable() => [.. _maps];

    /// <summary>What a place in a section is, or null where the section is neither data nor maps, or the place is outside.</summary>
    public MapReference? Find(int section, long offset)
    {
        if (_declared.TryGetValue((section, offset), out int map))
        {
            return new MapReference(WideImmediateKind.Map, map, 0);
        }

        return _data.TryGetValue(section, out (int Map, int Start, int Length) data) && offset >= 0 && offset < data.Length
            ? new MapReference(WideImmediateKind.MapValue, data.Map, data.Start + (int)offset)
            : null;
    }

    /// <summary>A weak variable of the kernel's configuration, which isn't there: zeros. Null for every other name.</summary>
    public MapReference? FindSetting(string name) => _settings.TryGetValue(name, out int offset)
        ? new MapReference(WideImmediateKind.MapValue, _settingsMap, offset)
        : null;

    /// <summary>A parameter could otherwise be changed through what the compiler made of another one's address.</summary>
    private void CheckNoAddresses(IEnumerable<ElfSection> sections)
    {
        foreach (ElfSection section in sections)
        {
            if (_file.RelocationsOf(section) is [ElfRelocation address, ..])
            {
                throw new ObjectContractException(
                    section.Name, address.Symbol.Name, $"Byte {address.Offset} holds the address of '{address.Symbol.Name}'; addresses in data aren't supported.");
            }
        }
    }

    /// <summary>Constants that the compiler puts into sections of their own are joined to .rodata, as a linker would.</summary>
    private void JoinReadOnlyData(ElfSection[] sections)
    {
        var bytes = new List<byte>();
        foreach (ElfSection section in sections)
        {
            CheckHasBytes(section);
            int start = NaturalLayout.AlignUp(bytes.Count, Alignment(section));
            TakeBytes(section.Name, start - bytes.Count + section.Memory.Length);
            _data.Add(section.Index, (0, start, section.Memory.Length));
            bytes.AddRange(Enumerable.Repeat((byte)0, start - bytes.Count));
            bytes.AddRange(section.Memory.Span);
        }

        if (sections.Length != 0)
        {
            Add(Section(SectionRoles.ReadOnlyData, MapRole.ReadOnlyData, [.. bytes], bytes.Count), SectionRoles.ReadOnlyData);
        }
    }

    private void AddData(ElfSection section, MapRole role)
    {
        if (role == MapRole.Results && section.Memory.Span.ContainsAnyExcept((byte)0))
        {
            throw new ObjectContractException(
                section.Name, section.Name, "Results begin with what their merge leaves unchanged; they can't be given other values.");
        }

        if (role == MapRole.ReadOnlyData)
        {
            CheckHasBytes(section);
        }

        int length = TakeBytes(section.Name, (long)Math.Min(section.Header.Length, long.MaxValue));
        _data.Add(section.Index, (_maps.Count, 0, length));
        Add(Section(section.Name, role, [.. section.Memory.Span], length), section.Name);
    }

    private static void CheckHasBytes(ElfSection section)
    {
        if (section.Header.Type == SectionType.Zeros)
        {
            throw new ObjectFormatException(section.Name, 0, "Constants are in the file; this section has none of its bytes there.");
        }
    }

    private MapDefinition Section(string name, MapRole role, ImmutableArray<byte> bytes, int length) =>
        new(name, role, MapType.Array, sizeof(uint), length, 1, bytes.AsSpan().ContainsAnyExcept((byte)0) ? bytes : [])
        {
            ValueTypeId = _types.FindDataSection(name) ?? 0,
        };

    private void Add(MapDefinition map, string section)
    {
        if (!_names.Add(map.Name))
        {
            throw new ObjectFormatException(
                section, 0, map.Name == section ? "There are two sections of this name." : $"There are two maps of the name '{map.Name}'.");
        }

        _maps.Add(_form == ObjectForm.General ? SpinLocks.Find(map, _types) : map);
    }

    /// <summary>Weak variables in .kconfig: all others were refused when the object was opened.</summary>
    private void AddSettings()
    {
        if (_form == ObjectForm.Query || _types.DataSection(SectionRoles.Configuration) is not BtfDataSection section)
        {
            return;
        }

        int end = 0;
        foreach (BtfPlacement placement in section.Variables)
        {
            BtfType variable = _types[placement.Variable];
            long size = variable is BtfVariable { Type: int type } ? _types.SizeOf(type) ?? 0 : 0;
            if (size is 0 or > int.MaxValue || !_settings.TryAdd(variable.Name, end))
            {
                throw new ObjectFormatException(section.Name, placement.Offset, $"Type {placement.Variable} isn't a variable with a name and a size of its own.");
            }

            TakeBytes(section.Name, size + sizeof(long));
            end = NaturalLayout.AlignUp(end + (int)size, sizeof(long));
        }

        if (end != 0)
        {
            _settingsMap = _maps.Count;
            Add(Section(section.Name, MapRole.ReadOnlyData, [], end), section.Name);
        }
    }

    private void AddDeclared(FunctionTable functions)
    {
        if (_file.Find(SectionRoles.Declarations) is not ElfSection section)
        {
            return;
        }

        var reader = new MapDeclarationReader(_types);
        var places = new List<ValuesPlace>();
        foreach (BtfPlacement placement in _types.DataSection(section.Name)?.Variables ?? [])
        {
            if (_types[placement.Variable] is not BtfVariable variable
                || placement.Offset >= section.Header.Length
                || !_declared.TryAdd((section.Index, placement.Offset), _maps.Count))
            {
                throw new ObjectFormatException(section.Name, placement.Offset, $"Type {placement.Variable} isn't a variable in a place of its own.");
            }

            MapDeclaration declaration = reader.Read(variable);
            CheckMap(declaration.Map);
            if (declaration.ValuesOffset is uint values)
            {
                places.Add(new ValuesPlace(_maps.Count, (long)placement.Offset + values, (long)placement.Offset + placement.Size));
            }

            Add(declaration.Map.Type == MapType.Groups ? declaration.Map with { Group = _groups.Read(declaration.Map) } : declaration.Map, section.Name);
        }

        places.Sort((left, right) => left.Start.CompareTo(right.Start));
        foreach ((int map, ImmutableArray<MapSlot> slots) in new MapSlotReader(_file, this, functions).Read(section, places))
        {
            _maps[map] = _maps[map] with { Slots = slots };
        }
    }

    /// <summary>A query's maps are filled by its clients, and have a size that is known before, or are groups, whose number is counted.</summary>
    private void CheckMap(MapDefinition map)
    {
        if (_form == ObjectForm.General)
        {
            if (map.Type == MapType.Groups || map.Inner?.Type == MapType.Groups)
            {
                throw new ObjectContractException(
                    SectionRoles.Declarations, map.Name, $"Map '{map.Name}': groups are a query's, and the object is none: it has neither filter nor reduce.");
            }

            return;
        }

        if (map.Type == MapType.Groups)
        {
            return;
        }

        TakeBytes(map.Name, (long)map.ValueSize * map.MaxEntries);
        if (!QueryMaps.Contains(map.Type))
        {
            throw new ObjectContractException(
                SectionRoles.Declarations,
                map.Name,
                $"Map '{map.Name}': a query has no {map.Type} maps; known: {string.Join(", ", QueryMaps.Append(MapType.Groups).Select(type => $"{type} ({(int)type})"))}.");
        }
    }

    private void AddLegacy()
    {
        var reader = new LegacyMapReader(_file, _types);
        foreach (ElfSection section in _file.Sections.Where(section => SectionRoles.IsLegacyMaps(section.Name) && section.Memory.Length != 0))
        {
            foreach ((int offset, MapDefinition map) in reader.Read(section))
            {
                CheckMap(map);
                if (!_declared.TryAdd((section.Index, offset), _maps.Count))
                {
                    throw new ObjectFormatException(section.Name, offset, $"Map '{map.Name}' begins where another one does.");
                }

                Add(map, section.Name);
            }
        }
    }

    /// <summary>A power of two; the limit is that of the widest vector, because padding is memory that the file doesn't hold.</summary>
    private static int Alignment(ElfSection section) => section.Header.Alignment switch
    {
        0 => 1,
        <= MaxAlignment and ulong alignment when ulong.IsPow2(alignment) => (int)alignment,
        ulong alignment => throw new ObjectFormatException(section.Name, 0, $"An alignment of {alignment}; powers of two up to {MaxAlignment} are possible."),
    };

    private int TakeBytes(string name, long bytes)
    {
        _bytes += Math.Min(bytes, int.MaxValue);
        return _bytes <= BpfObject.MaxMapBytes
            ? (int)bytes
            : throw new ObjectContractException(
                name, name, $"Data and maps take {_bytes} bytes or more together; {BpfObject.MaxMapBytes} are allowed.");
    }
}

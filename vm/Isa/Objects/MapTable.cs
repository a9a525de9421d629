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

    private readonly Dictionary<int, (int Map, int Start, int Length)> _data = [];
    private readonly Dictionary<(int Section, long Offset), int> _declared = [];
    private readonly List<MapDefinition> _maps = [];
    private long _bytes;

    public MapTable(ElfFile file, BtfTypes types)
    {
        ILookup<MapRole, ElfSection> sections = file.Sections
            .Where(section => section.IsAllocated && section.Header.Length != 0 && SectionRoles.DataRole(section.Name) is not null)
            .ToLookup(section => SectionRoles.DataRole(section.Name)!.Value);
        foreach (ElfSection section in sections.SelectMany(role => role))
        {
            CheckNoAddresses(file, section);
        }

        AddReadOnlyData([.. sections[MapRole.ReadOnlyData].OrderBy(section => section.Name != SectionRoles.ReadOnlyData)]);
        foreach (ElfSection section in sections[MapRole.Results].Concat(sections[MapRole.Data]))
        {
            AddData(section, SectionRoles.DataRole(section.Name)!.Value);
        }

        if (file.Find(SectionRoles.Declarations) is ElfSection declarations)
        {
            CheckNoAddresses(file, declarations);
            AddDeclared(declarations, types);
        }

        Maps = [.. _maps];
    }

    public ImmutableArray<MapDefinition> Maps { get; }

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

    private static void CheckNoAddresses(ElfFile file, ElfSection section)
    {
        if (file.RelocationsOf(section) is [ElfRelocation address, ..])
        {
            throw new ObjectContractException(
                section.Name, address.Symbol.Name, $"Byte {address.Offset} holds the address of '{address.Symbol.Name}'; addresses in data aren't supported.");
        }
    }

    /// <summary>Constants that the compiler puts into sections of their own are joined to .rodata, as a linker would.</summary>
    private void AddReadOnlyData(ElfSection[] sections)
    {
        var bytes = new List<byte>();
        foreach (ElfSection section in sections)
        {
            if (section.Header.Type == SectionType.Zeros)
            {
                throw new ObjectFormatException(section.Name, 0, "Constants are in the file; this section has none of its bytes there.");
            }

            int start = NaturalLayout.AlignUp(bytes.Count, Alignment(section));
            TakeBytes(section.Name, start - bytes.Count + section.Memory.Length);
            _data.Add(section.Index, (0, start, section.Memory.Length));
            bytes.AddRange(Enumerable.Repeat((byte)0, start - bytes.Count));
            bytes.AddRange(section.Memory.Span);
        }

        if (sections.Length != 0)
        {
            Add(SectionRoles.ReadOnlyData, MapRole.ReadOnlyData, [.. bytes], bytes.Count);
        }
    }

    private void AddData(ElfSection section, MapRole role)
    {
        if (role == MapRole.Results && section.Memory.Span.ContainsAnyExcept((byte)0))
        {
            throw new ObjectContractException(
                section.Name, section.Name, "Results begin with what their merge leaves unchanged; they can't be given other values.");
        }

        int length = TakeBytes(section.Name, (long)Math.Min(section.Header.Length, long.MaxValue));
        if (!_data.TryAdd(section.Index, (_maps.Count, 0, length)) || _maps.Exists(map => map.Name == section.Name))
        {
            throw new ObjectFormatException(section.Name, 0, "There are two sections of this name.");
        }

        Add(section.Name, role, [.. section.Memory.Span], length);
    }

    private void Add(string name, MapRole role, ImmutableArray<byte> bytes, int length) => _maps.Add(new MapDefinition(
        name, role, MapType.Array, sizeof(uint), length, 1, bytes.AsSpan().ContainsAnyExcept((byte)0) ? bytes : []));

    private void AddDeclared(ElfSection section, BtfTypes types)
    {
        var reader = new MapDeclarationReader(types);
        foreach (BtfPlacement placement in types.DataSection(section.Name)?.Variables ?? [])
        {
            if (types[placement.Variable] is not BtfVariable variable
                || placement.Offset >= section.Header.Length
                || !_declared.TryAdd((section.Index, placement.Offset), _maps.Count))
            {
                throw new ObjectFormatException(section.Name, placement.Offset, $"Type {placement.Variable} isn't a variable in a place of its own.");
            }

            MapDefinition map = reader.Read(variable);
            TakeBytes(map.Name, (long)map.ValueSize * map.MaxEntries);
            _maps.Add(map);
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

using System.Collections.Immutable;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>A map with <c>values</c>: where its variable lies, and where in it the entries are.</summary>
/// <param name="Map">Its index.</param>
/// <param name="Start">The first byte of <c>values</c> in the section.</param>
/// <param name="End">The byte behind the variable.</param>
internal readonly record struct ValuesPlace(int Map, long Start, long End);

/// <summary>
/// The entries that maps of maps and program arrays start with: relocations of the pointers in <c>values</c>, each to a map or to
/// a program (libbpf's <c>__array(values, ...)</c>).
/// </summary>
internal sealed class MapSlotReader(ElfFile file, MapTable maps, FunctionTable functions)
{
    private const int PointerSize = sizeof(ulong);

    /// <summary>The entries of each map that has some.</summary>
    /// <param name="section">The section of declarations.</param>
    /// <param name="places">In order of their start.</param>
    public Dictionary<int, ImmutableArray<MapSlot>> Read(ElfSection section, IReadOnlyList<ValuesPlace> places)
    {
        var slots = new Dictionary<int, ImmutableArray<MapSlot>.Builder>();
        foreach (ElfRelocation relocation in file.RelocationsOf(section))
        {
            ValuesPlace? found = Find(places, relocation.Offset);
            if (relocation.Type is not RelocationType.Data64 || found is not ValuesPlace place || (relocation.Offset - place.Start) % PointerSize != 0)
            {
                throw new ObjectFormatException(
                    section.Name, relocation.Offset, $"A relocation of type {(uint)relocation.Type} that isn't an entry of a map's values.");
            }

            MapDefinition map = maps[place.Map];
            long index = (relocation.Offset - place.Start) / PointerSize;
            if (index >= map.MaxEntries)
            {
                throw new ObjectContractException(
                    section.Name, map.Name, $"Map '{map.Name}': values give entry {index}; max_entries is {map.MaxEntries}.");
            }

            if (!slots.TryGetValue(place.Map, out ImmutableArray<MapSlot>.Builder? ofMap))
            {
                slots.Add(place.Map, ofMap = ImmutableArray.CreateBuilder<MapSlot>());
            }

            ofMap.Add(new MapSlot((int)index, Target(section, map, relocation)));
        }

        return slots.ToDictionary(it => it.Key, it => it.Value.OrderBy(slot => slot.Index).ToImmutableArray());
    }

    private static ValuesPlace? Find(IReadOnlyList<ValuesPlace> places, int offset)
    {
        int low = 0;
        int high = places.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = places[middle].Start <= offset ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && offset < places[low - 1].End ? places[low - 1] : null;
    }

    private string Target(ElfSection section, MapDefinition map, ElfRelocation relocation)
    {
        SymbolEntry symbol = relocation.Symbol.Entry;
        Int128 place = (Int128)symbol.Value + (relocation.Addend ?? section.Bytes.Int64(relocation.Offset, "An entry"));
        string? target = place < 0 || place > int.MaxValue ? null
            : map.Type != MapType.ProgramArray ? FindMap(symbol.Section, (long)place)
            : place % Instruction.Size == 0 ? functions.Find(symbol.Section, (long)place / Instruction.Size)?.Name
            : null;
        return target ?? throw new ObjectFormatException(
            section.Name,
            relocation.Offset,
            $"Map '{map.Name}': byte {place} of the section of '{relocation.Symbol.Name}' is no {(map.Type == MapType.ProgramArray ? "program" : "map")}.");
    }

    private string? FindMap(int section, long offset) =>
        maps.Find(section, offset) is { Kind: WideImmediateKind.Map } found ? maps[found.Map].Name : null;
}

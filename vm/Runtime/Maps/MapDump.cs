using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;

namespace NearData.Vm.Maps;

/// <summary>A map's entries with what they mean: as <c>bpftool map dump</c> shows them, but maps and programs by name.</summary>
public static class MapDump
{
    /// <summary>All entries, in the order of their keys. Nobody changes the map meanwhile.</summary>
    public static IEnumerable<(MapEntry Entry, BtfValue.Fields Meaning)> Of(BpfMap map, BtfTypes types)
    {
        MapEntryFormat format = new(map.Definition, types);
        return map.ReadAll().Select(entry => (entry, map switch
        {
            MapOfMaps maps => Named(format, entry, "inner_map", maps.Find(entry.Key)?.Definition.Name),
            ProgramArrayMap programs => Named(format, entry, "program", programs.Find(BitConverter.ToUInt32(entry.Key))),
            _ => format.Entry(entry.Key, entry.Value),
        }));
    }

    private static BtfValue.Fields Named(MapEntryFormat format, MapEntry entry, string kind, string? name) =>
        new([("key", format.Key(entry.Key)), (kind, name is null ? new BtfValue.Nothing() : new BtfValue.Text(name))]);
}

using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>
/// Finds the <c>struct bpf_spin_lock</c> in a map's values, as the kernel does (<c>btf_parse_fields</c>): a direct member of the value,
/// or a variable of a data section. Where the kernel would not take the lock (two of them, the wrong type of map, a map that is constant
/// on one side), libbpf makes the map without its types: there is none then.
/// </summary>
internal static class SpinLocks
{
    private const string TypeName = "bpf_spin_lock";

    /// <summary>A map as it is declared, with the lock's offset where its values have one; so its inner map.</summary>
    public static MapDefinition Find(MapDefinition map, BtfTypes types) => map with
    {
        SpinLockOffset = MayHaveLock(map) ? Offset(map, types) : null,
        Inner = map.Inner is { } inner ? Find(inner, types) : null,
    };

    private static bool MayHaveLock(MapDefinition map) =>
        map.Type is MapType.Hash or MapType.Array && map.IsReadableByPrograms && map.IsWritableByPrograms;

    private static int? Offset(MapDefinition map, BtfTypes types)
    {
        IEnumerable<(int Type, long Offset)> places = map.ValueTypeId >= types.Count ? [] : types.Resolve(map.ValueTypeId).Type switch
        {
            BtfComposite { Kind: BtfCompositeKind.Struct } value => value.Members
                .Where(member => member.BitOffset % 8 == 0)
                .Select(member => (member.Type, (long)member.BitOffset / 8)),
            BtfDataSection section => section.Variables
                .Where(placement => types[placement.Variable] is BtfVariable)
                .Select(placement => (((BtfVariable)types[placement.Variable]).Type, (long)placement.Offset)),
            _ => [],
        };
        long[] locks = [.. places.Where(place => IsLock(types, place.Type)).Select(place => place.Offset)];
        return locks is [long at] && at % sizeof(int) == 0 && at <= map.ValueSize - sizeof(int) ? (int)at : null;
    }

    private static bool IsLock(BtfTypes types, int type) =>
        types.Resolve(type).Type is BtfComposite { Name: TypeName, Kind: BtfCompositeKind.Struct, Size: sizeof(int) };
}

using System.Runtime.CompilerServices;
using NearData.Isa.Helpers;
using NearData.Vm.Maps;

namespace NearData.Vm.Functions;

/// <summary>The helpers of <see cref="MapHelpers"/>. A map is the address of its header.</summary>
internal static unsafe class MapFunctions
{
    public static HelperFunction[] All { get; } = [new(MapHelpers.Lookup, Lookup)];

    private static long Lookup(long map, long key)
    {
        MapHeader* header = (MapHeader*)map;
        return header->Entries != 0
            ? (long)header->Find(Unsafe.ReadUnaligned<uint>((void*)key))
            : (long)BpfMap.Of(map).Lookup((byte*)key);
    }
}

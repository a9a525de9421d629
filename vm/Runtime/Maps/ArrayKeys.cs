using System.Runtime.CompilerServices;

namespace NearData.Vm.Maps;

/// <summary>The keys of maps that are arrays: the indices, whether anything is there or not.</summary>
internal static unsafe class ArrayKeys
{
    /// <summary>The index after another; the first one where that is past the end or null.</summary>
    public static MapError Next(byte* key, byte* next, uint entries)
    {
        uint index = key is null ? uint.MaxValue : Unsafe.ReadUnaligned<uint>(key);
        if (index == entries - 1)
        {
            return MapError.NoEntry;
        }

        Unsafe.WriteUnaligned(next, index >= entries ? 0 : index + 1);
        return MapError.None;
    }
}

using System.Runtime.InteropServices;

namespace NearData.Vm.Memory;

/// <summary>
/// An array map as compiled code sees it. The address of a header is what a wide load of the map puts in a register.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MapHeader
{
    /// <summary>The first entry's value.</summary>
    public byte* Values;

    /// <summary>Bytes from one entry's value to the next: the value's size rounded up to 8, as in the kernel.</summary>
    public long Stride;

    /// <summary>Entries.</summary>
    public uint Entries;

    /// <summary>The value of an entry, or null where the index is past the end: what <c>bpf_map_lookup_elem</c> gives.</summary>
    public readonly byte* Find(uint index) => index < Entries ? Values + (index * Stride) : null;
}

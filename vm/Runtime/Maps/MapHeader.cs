using System.Runtime.InteropServices;

namespace NearData.Vm.Maps;

/// <summary>
/// A map as programs hold it. The address of a header is what a wide load of the map puts in a register, and what a lookup in a map
/// of maps gives.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MapHeader
{
    /// <summary>The first element's value.</summary>
    public byte* Values;

    /// <summary>Bytes from one element's value to the next.</summary>
    public long Stride;

    /// <summary>Entries of an array, whose lookup needs nothing else; 0 for every other type.</summary>
    public uint Entries;

    /// <summary>
    /// The lookup of the map's type: the address of a key's value, or null. Called without going through the map's object, so that a
    /// program's lookup costs one call.
    /// </summary>
    public delegate*<MapHeader*, byte*, byte*> Lookup;

    /// <summary>What that lookup needs, in the map's memory; the type's own.</summary>
    public void* Index;

    /// <summary>A weak <see cref="GCHandle"/> of the <see cref="BpfMap"/>.</summary>
    public nint Handle;

    /// <summary>What the last <c>nd_group</c> of guarded code gave (<see cref="CodeTrust.Guards"/>); nobody else knows it.</summary>
    public byte* Granted;

    /// <summary>An array's value at an index, or null past the end.</summary>
    public readonly byte* Find(uint index) => index < Entries ? Values + (index * Stride) : null;
}

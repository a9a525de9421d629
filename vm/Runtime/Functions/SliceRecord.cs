using System.Runtime.InteropServices;
using NearData.Isa.Helpers;

namespace NearData.Vm.Functions;

/// <summary>What a slice is (the kernel's <c>bpf_dynptr_kern</c>): sixteen bytes, all zero for an empty one.</summary>
[StructLayout(LayoutKind.Sequential, Size = SliceHelpers.Size)]
internal unsafe struct SliceRecord
{
    /// <summary>The memory's first byte; null for an empty slice.</summary>
    public byte* Data;

    /// <summary>Bytes.</summary>
    public uint Length;

    /// <summary>The first bytes of so many, or null where they aren't all there.</summary>
    public readonly byte* Find(long offset, long size) => Data != null && Holds(offset, size) ? Data + (uint)offset : null;

    /// <summary>Whether bytes are inside; both are a C <c>u32</c>.</summary>
    public readonly bool Holds(long offset, long size) => (uint)size <= Length && (uint)offset <= Length - (uint)size;
}

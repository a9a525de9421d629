using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NearData.Vm.Memory;

/// <summary>
/// Native bytes that start as zeros, at an address that never changes: compiled code keeps it in a register. Owned by whoever
/// made it, who must stay reachable while the address is in use; not thread-safe.
/// </summary>
internal sealed unsafe class AlignedMemory : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Bytes: a cache line, and the widest vector register.</summary>
    public const int Alignment = 64;

    public AlignedMemory(long length)
        : base(ownsHandle: true)
    {
        Length = length;

        // Zeroed by the allocator, which takes large blocks from the system as zeros: pages that nobody touches cost nothing.
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)length + Alignment));
    }

    public long Length { get; }

    /// <summary>The first byte. Valid until this is disposed.</summary>
    public byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, typeof(AlignedMemory));
            return (byte*)Align(handle);
        }
    }

    /// <summary>The least multiple of <see cref="Alignment"/> that is not below a length.</summary>
    public static long Align(long length) => (length + Alignment - 1) / Alignment * Alignment;

    /// <summary>Some of the bytes; an <see cref="ArgumentOutOfRangeException"/> where they are not all inside.</summary>
    public Span<byte> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Length);
        return new Span<byte>(Start + offset, length);
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}

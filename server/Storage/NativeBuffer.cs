using System.Buffers;
using System.Runtime.InteropServices;

namespace NearData.Storage;

/// <summary>
/// Page-aligned memory outside the collector's reach, so that a device can write to it. From 2 MiB on it is aligned to huge pages and
/// the kernel is asked for them before the first touch: fewer pages to pin, to map and to look up.
/// </summary>
internal sealed unsafe class NativeBuffer : MemoryManager<byte>
{
    /// <summary>A huge page of x86-64, and of ARM with pages of 4 KiB.</summary>
    private const int HugePage = 2 << 20;

    /// <summary>MADV_HUGEPAGE (asm-generic/mman-common.h).</summary>
    private const int AdviseHugePages = 14;

    private void* _address;

    public NativeBuffer(long length)
    {
        Length = length;
        _address = NativeMemory.AlignedAlloc((nuint)length, (nuint)(length >= HugePage ? HugePage : BufferPool.Alignment));
        if (length >= HugePage)
        {
            // A kernel without huge pages says no, and the buffer is made of ordinary ones.
            _ = madvise((nint)_address, (nuint)length, AdviseHugePages);
        }
    }

    public long Length { get; }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_address is null, this);
        return new Span<byte>(_address, (int)Math.Min(Length, int.MaxValue));
    }

    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_address + elementIndex);

    public override void Unpin()
    {
    }

    public void Free() => ((IDisposable)this).Dispose();

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_address);
        _address = null;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int madvise(nint address, nuint length, int advice);
}

using System.Buffers;
using System.Runtime.InteropServices;

namespace NearData.Storage;

/// <summary>Page-aligned memory outside the collector's reach, so that a device can write to it.</summary>
internal sealed unsafe class NativeBuffer : MemoryManager<byte>
{
    private void* _address;

    public NativeBuffer(long length)
    {
        Length = length;
        _address = NativeMemory.AlignedAlloc((nuint)length, BufferPool.Alignment);
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
}

using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>
/// The pool's buffers that a ring knows, pinned: each is registered when a read first uses it, the oldest makes room. Buffers are told
/// apart as objects, not by address: memory that was freed and had again is another buffer. One thread.
/// </summary>
internal sealed unsafe class RegisteredBuffers(UringRing ring, Action<string> report)
{
    /// <summary>The index of a buffer that isn't registered.</summary>
    public const int None = -1;

    /// <summary>A worker uses one or two at a time; more of them keep what the pool hands out in turn.</summary>
    public const int Capacity = 8;

    /// <summary>The kernel registers no longer buffers (io_uring_register(2)).</summary>
    private const long MaximumLength = 1L << 30;

    private readonly NativeBuffer?[] _known = new NativeBuffer?[Capacity];
    private int _oldest;
    private bool _isRefused;

    /// <summary>The index under which the memory's buffer is registered, or <see cref="None"/>.</summary>
    public int IndexOf(Memory<byte> memory)
    {
        if (_isRefused || !MemoryMarshal.TryGetMemoryManager<byte, NativeBuffer>(memory, out NativeBuffer? buffer))
        {
            return None;
        }

        int index = Array.IndexOf(_known, buffer);
        return index >= 0 ? index : Register(buffer);
    }

    private int Register(NativeBuffer buffer)
    {
        if (buffer.Length > MaximumLength)
        {
            return None;
        }

        int index = _oldest;
        if (!ring.TryRegisterBuffer(index, buffer.Pin().Pointer, buffer.Length))
        {
            _isRefused = true;
            report($"buffers of {buffer.Length} bytes can't be registered; reads go on without");
            return None;
        }

        _known[index] = buffer;
        _oldest = (_oldest + 1) % Capacity;
        return index;
    }
}

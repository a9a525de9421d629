using System.Runtime.InteropServices;

namespace NearData.Storage.Uring;

/// <summary>
/// The pool's slabs that a ring knows, pinned, each from the first read into it on. Slabs are told apart as objects, not by address: memory
/// that was freed and had again is another slab. One thread.
/// </summary>
internal sealed unsafe class RegisteredBuffers(UringRing ring, Action<string> report)
{
    /// <summary>The index of a buffer that isn't registered.</summary>
    public const int None = -1;

    /// <summary>16 GiB of slabs. What is beyond is read into unregistered.</summary>
    public const int Capacity = 1024;

    /// <summary>The kernel registers no longer buffers (io_uring_register(2)).</summary>
    private const long MaximumLength = 1L << 30;

    private readonly List<Slab?> _known = [];
    private bool _isRefused;

    /// <summary>The index under which the memory's slab is registered, or <see cref="None"/>.</summary>
    public int IndexOf(Memory<byte> memory)
    {
        if (!MemoryMarshal.TryGetMemoryManager<byte, Slab>(memory, out Slab? slab))
        {
            return None;
        }

        int index = _known.IndexOf(slab);
        return index >= 0 || _isRefused ? index : Register(slab);
    }

    /// <summary>Unpins the slabs that were given back to the system, whose pages the ring still holds.</summary>
    public void ReleaseGone()
    {
        for (int index = 0; index < _known.Count; index++)
        {
            // No address and no length: the place is empty again (io_uring_register(2), IORING_REGISTER_BUFFERS_UPDATE).
            if (_known[index] is { IsGone: true } && ring.TryRegisterBuffer(index, null, 0))
            {
                _known[index] = null;
            }
        }
    }

    private int Register(Slab slab)
    {
        // Only the place of a slab that is gone may be taken: no submission that the kernel has yet to see can name it.
        int index = _known.FindIndex(known => known is not { IsGone: false });
        index = index < 0 ? _known.Count : index;
        if (slab.Length > MaximumLength || index == Capacity)
        {
            return None;
        }

        if (!ring.TryRegisterBuffer(index, slab.Address, slab.Length))
        {
            _isRefused = true;
            report($"after {_known.Count} slabs, one of {slab.Length} bytes can't be registered (RLIMIT_MEMLOCK); reads into it go on without");
            return None;
        }

        if (index == _known.Count)
        {
            _known.Add(slab);
        }
        else
        {
            _known[index] = slab;
        }

        return index;
    }
}

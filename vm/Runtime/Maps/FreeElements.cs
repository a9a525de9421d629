namespace NearData.Vm.Maps;

/// <summary>
/// The elements of a hash map that hold nothing: those that were freed, last first, then those that were never used. Lock-free.
/// </summary>
internal sealed unsafe class FreeElements
{
    private readonly byte* _elements;
    private readonly long _stride;
    private readonly uint _count;

    // The first free element in the low half; the high half counts changes, so that none goes unseen by a slow thread.
    private ulong _head = HashElement.None;
    private uint _unused;

    /// <param name="elements">The first element.</param>
    /// <param name="stride">Bytes from one to the next.</param>
    /// <param name="count">Elements, all free.</param>
    public FreeElements(byte* elements, long stride, uint count)
    {
        _elements = elements;
        _stride = stride;
        _count = count;
    }

    /// <summary>A free element, which is the caller's; <see cref="HashElement.None"/> where there is none.</summary>
    public uint Take()
    {
        ulong head = Volatile.Read(ref _head);
        while ((uint)head != HashElement.None)
        {
            ulong next = After(head, ((HashElement*)(_elements + ((uint)head * _stride)))->NextFree);
            ulong seen = Interlocked.CompareExchange(ref _head, next, head);
            if (seen == head)
            {
                return (uint)head;
            }

            head = seen;
        }

        uint unused = Volatile.Read(ref _unused);
        while (unused < _count)
        {
            uint seen = Interlocked.CompareExchange(ref _unused, unused + 1, unused);
            if (seen == unused)
            {
                return unused;
            }

            unused = seen;
        }

        return HashElement.None;
    }

    /// <summary>Gives an element back.</summary>
    public void Return(uint element)
    {
        HashElement* freed = (HashElement*)(_elements + (element * _stride));
        ulong head = Volatile.Read(ref _head);
        while (true)
        {
            freed->NextFree = (uint)head;
            ulong seen = Interlocked.CompareExchange(ref _head, After(head, element), head);
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    private static ulong After(ulong head, uint element) => (((head >> 32) + 1) << 32) | element;
}

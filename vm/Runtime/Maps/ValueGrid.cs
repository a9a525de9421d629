namespace NearData.Vm.Maps;

/// <summary>
/// Where a map's values are: elements at equal distances, each with one value, or with one for each CPU. An address in a value and
/// its offset from <see cref="First"/> are each other's, so the interpreter hands out offsets.
/// </summary>
internal readonly unsafe struct ValueGrid
{
    /// <summary>The first element's first value.</summary>
    public byte* First { get; init; }

    public long Elements { get; init; }

    /// <summary>Bytes from one element's first value to the next one's.</summary>
    public long ElementStride { get; init; }

    /// <summary>Values of each element.</summary>
    public int Slots { get; init; }

    /// <summary>Bytes from one value of an element to the next.</summary>
    public long SlotStride { get; init; }

    /// <summary>Bytes of one value.</summary>
    public int Size { get; init; }

    /// <summary>The element that an offset leads to, or -1 where there is none.</summary>
    public long ElementAt(long offset) => offset >= 0 && ElementStride > 0 && offset / ElementStride < Elements ? offset / ElementStride : -1;

    /// <summary>The offset from the start of the value that it lies in or behind.</summary>
    /// <param name="offset">One that leads to an element.</param>
    public long OffsetInValue(long offset)
    {
        long inside = offset % ElementStride;
        return inside < Slots * SlotStride ? inside % SlotStride : inside - ((Slots - 1) * SlotStride);
    }
}

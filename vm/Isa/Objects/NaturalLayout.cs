using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Places values one after another, each at a multiple of its alignment, as C lays out a struct.</summary>
internal struct NaturalLayout
{
    private int _end;
    private int _alignment;

    /// <summary>Bytes of all values, as <c>sizeof</c> gives them.</summary>
    public readonly int Size => AlignUp(_end, Math.Max(_alignment, 1));

    /// <summary>The offset of the next value.</summary>
    public int Place(FieldType type) => Place(type.Size(), type.Alignment());

    /// <summary>The offset of the next nullable value: a struct of the value and its validity byte.</summary>
    public int PlaceNullable(FieldType type) => Place(type.NullableSize(), type.Alignment());

    public static int AlignUp(int offset, int alignment) => checked((offset + alignment - 1) / alignment * alignment);

    /// <summary>The offset of the next value of a size and alignment.</summary>
    public int Place(int size, int alignment)
    {
        int offset = AlignUp(_end, alignment);
        _end = checked(offset + size);
        _alignment = Math.Max(_alignment, alignment);
        return offset;
    }
}

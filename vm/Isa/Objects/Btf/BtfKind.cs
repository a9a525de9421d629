namespace NearData.Isa.Objects.Btf;

/// <summary>The number of each kind (kernel Documentation/bpf/btf.rst, 2.2).</summary>
internal enum BtfKind
{
    Int = 1,
    Pointer = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Forward = 7,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Function = 12,
    Prototype = 13,
    Variable = 14,
    DataSection = 15,
    Float = 16,
    DeclTag = 17,
    TypeTag = 18,
    Enum64 = 19,
}

/// <summary>
/// The first 12 bytes of every type (btf.rst, 2.2: struct btf_type).
/// <code>
///   0 name   4 flag (bit 31), kind (28..24), entries (15..0)   8 size or type
/// </code>
/// </summary>
/// <param name="Name">Offset in the strings.</param>
/// <param name="Kind">The kind's number.</param>
/// <param name="Entries">Members, values, parameters or variables that follow.</param>
/// <param name="Flag">What it means depends on the kind.</param>
/// <param name="SizeOrType">Which it is depends on the kind.</param>
internal readonly record struct BtfTypeHead(uint Name, BtfKind Kind, int Entries, bool Flag, uint SizeOrType)
{
    public const int Size = 12;
    public const int MaxEntries = 0xffff;

    private const uint FlagBit = 0x8000_0000;

    public static BtfTypeHead Read(SectionBytes types, long at)
    {
        uint info = types.UInt32(at + 4, "A type");
        return new(
            types.UInt32(at, "A type"),
            (BtfKind)((info >> 24) & 0x1f),
            (int)(info & MaxEntries),
            (info & FlagBit) != 0,
            types.UInt32(at + 8, "A type"));
    }

    public void Write(BtfOutput output)
    {
        output.Add(Name);
        output.Add((uint)Entries | ((uint)Kind << 24) | (Flag ? FlagBit : 0));
        output.Add(SizeOrType);
    }
}

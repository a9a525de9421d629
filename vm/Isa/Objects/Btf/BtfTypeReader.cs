using System.Collections.Immutable;

namespace NearData.Isa.Objects.Btf;

/// <summary>Decodes the types of .BTF one after another (kernel Documentation/bpf/btf.rst, 2.2).</summary>
internal sealed class BtfTypeReader(SectionBytes types, StringTable strings)
{
    private int _at;

    public int Position => _at;

    public bool IsAtEnd => _at == types.Length;

    /// <summary>The largest number of a type that the last one refers to; 0 where it refers to none.</summary>
    public int LargestReference { get; private set; }

    public BtfType Next()
    {
        int start = _at;
        LargestReference = 0;
        BtfTypeHead head = BtfTypeHead.Read(types, start);
        _at += BtfTypeHead.Size;
        string name = strings[head.Name];
        return head.Kind switch
        {
            BtfKind.Int => ReadInt(name, head),
            BtfKind.Float => new BtfFloat(name, Size(head, start)),
            BtfKind.Pointer => new BtfPointer(Type(head, start)),
            BtfKind.Array => new BtfArray(TypeWord(), TypeWord(), Word()),
            BtfKind.Struct => new BtfComposite(name, BtfCompositeKind.Struct, head.SizeOrType, Entries(head, () => ReadMember(head.Flag))),
            BtfKind.Union => new BtfComposite(name, BtfCompositeKind.Union, head.SizeOrType, Entries(head, () => ReadMember(head.Flag))),
            BtfKind.Enum => new BtfEnum(name, Size(head, start), IsWide: false, head.Flag, Entries(head, () => ReadEnumerator(head.Flag))),
            BtfKind.Enum64 => new BtfEnum(name, Size(head, start), IsWide: true, head.Flag, Entries(head, () => ReadWideEnumerator(head.Flag))),
            BtfKind.Forward => new BtfForward(name, head.Flag ? BtfCompositeKind.Union : BtfCompositeKind.Struct),
            BtfKind.Typedef => new BtfModifier(BtfModifierKind.Typedef, name, Type(head, start)),
            BtfKind.Const => new BtfModifier(BtfModifierKind.Const, name, Type(head, start)),
            BtfKind.Volatile => new BtfModifier(BtfModifierKind.Volatile, name, Type(head, start)),
            BtfKind.Restrict => new BtfModifier(BtfModifierKind.Restrict, name, Type(head, start)),
            BtfKind.TypeTag => new BtfModifier(BtfModifierKind.TypeTag, name, Type(head, start)),
            BtfKind.Prototype => new BtfPrototype(Type(head, start), Entries(head, () => new BtfParameter(strings[Word()], TypeWord()))),

            // A function has no entries: their number is its linkage (btf.rst, 2.2.12).
            BtfKind.Function => new BtfFunction(name, Type(head, start), (BtfLinkage)head.Entries),
            BtfKind.Variable => new BtfVariable(name, Type(head, start), (BtfLinkage)Word()),
            BtfKind.DataSection => new BtfDataSection(name, head.SizeOrType, Entries(head, () => new BtfPlacement(TypeWord(), Word(), Word()))),
            BtfKind.DeclTag => new BtfDeclTag(name, Type(head, start), (int)Word()),
            _ => throw new ObjectFormatException(types.Section, start, $"Type kind {(int)head.Kind} is unknown; 1 to 19 are known."),
        };
    }

    private BtfInt ReadInt(string name, BtfTypeHead head)
    {
        // Bits 27..24 encoding, 23..16 first bit, 7..0 bits (btf.rst, 2.2.1).
        int start = _at;
        uint word = Word();
        int bits = (int)(word & 0xff);
        int firstBit = (int)((word >> 16) & 0xff);
        int size = Size(head, start - BtfTypeHead.Size);
        return bits + firstBit <= size * 8
            ? new BtfInt(name, size, (BtfIntEncoding)((word >> 24) & 0x0f), bits, firstBit)
            : throw new ObjectFormatException(types.Section, start, $"Integer '{name}' has bits {firstBit}..{firstBit + bits} in {size} bytes.");
    }

    private BtfMember ReadMember(bool hasBitfields)
    {
        string name = strings[Word()];
        int type = TypeWord();
        uint offset = Word();

        // With the flag, the offset's high byte is the bit field's width (btf.rst, 2.2.4).
        return hasBitfields
            ? new BtfMember(name, type, offset & 0xff_ffff, (int)(offset >> 24))
            : new BtfMember(name, type, offset);
    }

    private BtfEnumerator ReadEnumerator(bool isSigned)
    {
        string name = strings[Word()];
        uint value = Word();
        return new BtfEnumerator(name, isSigned ? (int)value : value);
    }

    private BtfEnumerator ReadWideEnumerator(bool isSigned)
    {
        string name = strings[Word()];
        ulong value = Word() | ((ulong)Word() << 32);
        return new BtfEnumerator(name, isSigned ? (long)value : value);
    }

    private ImmutableArray<T> Entries<T>(BtfTypeHead head, Func<T> read)
    {
        // An entry has at least two words: what can't be there takes no memory.
        var entries = ImmutableArray.CreateBuilder<T>(Math.Min(head.Entries, (types.Length - _at) / (2 * sizeof(uint))));
        for (int i = 0; i < head.Entries; i++)
        {
            entries.Add(read());
        }

        return entries.DrainToImmutable();
    }

    /// <summary>Sizes of numbers: larger ones than 16 bytes exist nowhere.</summary>
    private int Size(BtfTypeHead head, int at) => head.SizeOrType is > 0 and <= 16
        ? (int)head.SizeOrType
        : throw new ObjectFormatException(types.Section, at, $"A number of {head.SizeOrType} bytes; 1 to 16 are possible.");

    private int Type(BtfTypeHead head, int at) => CheckType(head.SizeOrType, at);

    private int TypeWord() => CheckType(Word(), _at - sizeof(uint));

    /// <summary>A number that can't be a type's at all; whether the type exists is known only at the end.</summary>
    private int CheckType(uint type, int at)
    {
        if (type > int.MaxValue)
        {
            throw new ObjectFormatException(types.Section, at, $"Type {type} doesn't exist.");
        }

        LargestReference = Math.Max(LargestReference, (int)type);
        return (int)type;
    }

    private uint Word()
    {
        uint word = types.UInt32(_at, "A type");
        _at += sizeof(uint);
        return word;
    }
}

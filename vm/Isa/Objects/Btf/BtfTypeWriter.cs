using System.Collections.Immutable;

namespace NearData.Isa.Objects.Btf;

/// <summary>Encodes types as .BTF keeps them (kernel Documentation/bpf/btf.rst, 2.2); the counterpart of <see cref="BtfTypeReader"/>.</summary>
internal sealed class BtfTypeWriter(BtfOutput output, StringTableBuilder strings)
{
    public void Write(BtfType type)
    {
        switch (type)
        {
            case BtfInt it:
                Head(it, BtfKind.Int, (uint)it.Size);
                output.Add(((uint)it.Encoding << 24) | ((uint)it.FirstBit << 16) | (uint)it.Bits);
                break;
            case BtfFloat it:
                Head(it, BtfKind.Float, (uint)it.Size);
                break;
            case BtfPointer it:
                Head(it, BtfKind.Pointer, (uint)it.Target);
                break;
            case BtfArray it:
                Head(it, BtfKind.Array, 0);
                output.Add((uint)it.Element);
                output.Add((uint)it.Index);
                output.Add(it.Count);
                break;
            case BtfComposite it:
                WriteComposite(it);
                break;
            case BtfEnum it:
                WriteEnum(it);
                break;
            case BtfForward it:
                Head(it, BtfKind.Forward, 0, flag: it.Kind == BtfCompositeKind.Union);
                break;
            case BtfModifier it:
                Head(it, KindOf(it.Kind), (uint)it.Target);
                break;
            case BtfPrototype it:
                Head(it, BtfKind.Prototype, (uint)it.Return, it.Parameters.Length);
                foreach (BtfParameter parameter in it.Parameters)
                {
                    output.Add(strings.Add(parameter.Name));
                    output.Add((uint)parameter.Type);
                }

                break;
            case BtfFunction it:
                Head(it, BtfKind.Function, (uint)it.Prototype, (int)it.Linkage);
                break;
            case BtfVariable it:
                Head(it, BtfKind.Variable, (uint)it.Type);
                output.Add((uint)it.Linkage);
                break;
            case BtfDataSection it:
                Head(it, BtfKind.DataSection, it.Size, it.Variables.Length);
                foreach (BtfPlacement placement in it.Variables)
                {
                    output.Add((uint)placement.Variable);
                    output.Add(placement.Offset);
                    output.Add(placement.Size);
                }

                break;
            case BtfDeclTag it:
                Head(it, BtfKind.DeclTag, (uint)it.Target);
                output.Add((uint)it.Component);
                break;
            default:
                throw new ArgumentException($"{type} has no encoding: number 0 is void without being written.", nameof(type));
        }
    }

    private static BtfKind KindOf(BtfModifierKind kind) => kind switch
    {
        BtfModifierKind.Typedef => BtfKind.Typedef,
        BtfModifierKind.Const => BtfKind.Const,
        BtfModifierKind.Volatile => BtfKind.Volatile,
        BtfModifierKind.Restrict => BtfKind.Restrict,
        _ => BtfKind.TypeTag,
    };

    private void WriteComposite(BtfComposite type)
    {
        bool hasBitfields = type.Members.Any(member => member.BitfieldBits != 0);
        BtfKind kind = type.Kind == BtfCompositeKind.Union ? BtfKind.Union : BtfKind.Struct;
        Head(type, kind, type.Size, type.Members.Length, hasBitfields);
        foreach (BtfMember member in type.Members)
        {
            output.Add(strings.Add(member.Name));
            output.Add((uint)member.Type);
            output.Add(member.BitOffset | ((uint)member.BitfieldBits << 24));
        }
    }

    private void WriteEnum(BtfEnum type)
    {
        Head(type, type.IsWide ? BtfKind.Enum64 : BtfKind.Enum, (uint)type.Size, type.Values.Length, type.IsSigned);
        foreach (BtfEnumerator value in type.Values)
        {
            ulong bits = unchecked((ulong)value.Value);
            output.Add(strings.Add(value.Name));
            output.Add((uint)bits);
            if (type.IsWide)
            {
                output.Add((uint)(bits >> 32));
            }
        }
    }

    private void Head(BtfType type, BtfKind kind, uint sizeOrType, int entries = 0, bool flag = false)
    {
        if (entries > BtfTypeHead.MaxEntries)
        {
            throw new ArgumentException($"{kind} '{type.Name}' has {entries} entries; {BtfTypeHead.MaxEntries} can be written.", nameof(type));
        }

        new BtfTypeHead(strings.Add(type.Name), kind, entries, flag, sizeOrType).Write(output);
    }
}

using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>A row's layout from the struct that a program's parameter points to.</summary>
internal sealed class RowReader(BtfTypes types, DeclTags tags)
{
    /// <summary>What the 16-bit offset of a load reaches.</summary>
    private const int MaxSize = 1 << 15;

    public RowLayout Read(BtfComposite row)
    {
        if (row.Size > MaxSize)
        {
            throw new ObjectContractException(BtfTypes.SectionName, row.Name, $"Row {row.Name} has {row.Size} bytes; loads reach {MaxSize}.");
        }

        var fields = ImmutableArray.CreateBuilder<RowField>(row.Members.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        long end = 0;
        foreach (BtfMember member in row.Members)
        {
            RowField field = ReadField(row, member);
            if (!names.Add(field.Name))
            {
                throw Refusal(row, member, "the name is used twice");
            }

            // Compilers lay members out in order; anything else is no struct of theirs.
            long fieldEnd = field.ValidityOffset + 1 ?? field.Offset + (long)field.Type.Size();
            if (field.Offset < end || fieldEnd > row.Size || field.Offset % field.Type.Size() != 0)
            {
                throw Refusal(row, member, $"byte {field.Offset} of {row.Size} isn't a place of its own with natural alignment");
            }

            end = fieldEnd;
            fields.Add(field);
        }

        return new RowLayout(row.Name, (int)row.Size, fields.MoveToImmutable());
    }

    private RowField ReadField(BtfComposite row, BtfMember member)
    {
        if (member.BitfieldBits != 0 || member.BitOffset % 8 != 0)
        {
            throw Refusal(row, member, "bit fields aren't supported");
        }

        int offset = (int)(member.BitOffset / 8);
        BtfResolved resolved = types.Resolve(member.Type);
        if (member.Name.Length != 0 && FieldTypeReader.Find(resolved.Type) is FieldType type)
        {
            return new RowField(member.Name, offset, type);
        }

        return member.Name.Length != 0 && resolved.Type is BtfComposite inner && tags.IsNullable(resolved.Number)
            ? ReadNullable(row, member, inner, offset)
            : throw Refusal(row, member, $"fields have the types {FieldTypeReader.Known}, or ND_NULLABLE of one");
    }

    private RowField ReadNullable(BtfComposite row, BtfMember member, BtfComposite inner, int offset)
    {
        if (inner.Kind == BtfCompositeKind.Struct
            && inner.Members is [{ Name: "value", BitOffset: 0, BitfieldBits: 0 } value, { Name: "valid", BitfieldBits: 0 } valid]
            && FieldTypeReader.Find(types.Resolve(value.Type).Type) is FieldType type
            && FieldTypeReader.Find(types.Resolve(valid.Type).Type) is FieldType.UInt8 or FieldType.Bool
            && valid.BitOffset == type.Size() * 8)
        {
            return new RowField(member.Name, offset, type, offset + type.Size());
        }

        throw Refusal(row, member, $"the tag {DeclTags.Nullable} belongs on a struct of a value ({FieldTypeReader.Known}) and a byte 'valid'");
    }

    private ObjectContractException Refusal(BtfComposite row, BtfMember member, string reason)
    {
        string name = member.Name.Length == 0 ? "(anonymous)" : member.Name;
        string subject = $"{row.Name}.{name}";
        return new ObjectContractException(BtfTypes.SectionName, subject, $"Field {subject} of type '{types.Describe(member.Type)}': {reason}.");
    }
}

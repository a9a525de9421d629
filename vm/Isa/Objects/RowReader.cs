using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>A row's layout from the struct that a program's parameter points to.</summary>
internal sealed class RowReader(BtfTypes types, DeclTags tags)
{
    /// <summary>What the 16-bit offset of a load reaches.</summary>
    private const int MaxSize = 1 << 15;

    /// <summary>As deep as structures of columns may nest; nobody's do.</summary>
    private const int MaxDepth = 16;

    public RowLayout Read(BtfComposite row)
    {
        if (row.Size > MaxSize)
        {
            throw new ObjectContractException(BtfTypes.SectionName, row.Name, $"Row {row.Name} has {row.Size} bytes; loads reach {MaxSize}.");
        }

        FieldList fields = new(row);
        AddFields(fields, row, prefix: "", start: 0, depth: 0);
        return new RowLayout(row.Name, (int)row.Size, fields.ToImmutable());
    }

    // A struct inside the row is a structure of columns: its members are columns whose names have its own in front.
    private void AddFields(FieldList fields, BtfComposite part, string prefix, long start, int depth)
    {
        foreach (BtfMember member in part.Members)
        {
            BtfResolved resolved = types.Resolve(member.Type);
            if (member.Name.Length != 0 && member.BitOffset % 8 == 0 && IsStructure(resolved) && resolved.Type is BtfComposite inner)
            {
                if (depth == MaxDepth || inner.Members.IsEmpty)
                {
                    throw Refusal(part, member, depth == MaxDepth ? $"structs nest more than {MaxDepth} deep" : "a struct without members");
                }

                AddFields(fields, inner, $"{prefix}{member.Name}.", start + (member.BitOffset / 8), depth + 1);
                continue;
            }

            RowField field = ReadField(part, member);
            if (fields.TryAdd(prefix, start, field) is { } reason)
            {
                throw Refusal(part, member, reason);
            }
        }
    }

    // Without its tag ND_NULLABLE's struct is a mistake, and no structure of two columns.
    private bool IsStructure(BtfResolved resolved) =>
        resolved.Type is BtfComposite { Kind: BtfCompositeKind.Struct } inner
        && FieldTypeReader.FindInRow(inner) is null
        && !tags.IsNullable(resolved.Number)
        && inner.Members is not [{ Name: "value" }, { Name: "valid" }];

    private RowField ReadField(BtfComposite row, BtfMember member)
    {
        if (member.BitfieldBits != 0 || member.BitOffset % 8 != 0)
        {
            throw Refusal(row, member, "bit fields aren't supported");
        }

        int offset = (int)(member.BitOffset / 8);
        BtfResolved resolved = types.Resolve(member.Type);
        if (member.Name.Length != 0 && FieldTypeReader.FindInRow(resolved.Type) is FieldType type)
        {
            return new RowField(member.Name, offset, type);
        }

        return member.Name.Length != 0 && resolved.Type is BtfComposite inner && tags.IsNullable(resolved.Number)
            ? ReadNullable(row, member, inner, offset)
            : throw Refusal(row, member, $"fields have the types {FieldTypeReader.KnownInRows}, or ND_NULLABLE of one");
    }

    private RowField ReadNullable(BtfComposite row, BtfMember member, BtfComposite inner, int offset)
    {
        if (inner.Kind == BtfCompositeKind.Struct
            && inner.Members is [{ Name: "value", BitOffset: 0, BitfieldBits: 0 } value, { Name: "valid", BitfieldBits: 0 } valid]
            && FieldTypeReader.FindInRow(types.Resolve(value.Type).Type) is FieldType type
            && FieldTypeReader.FindInRow(types.Resolve(valid.Type).Type) is FieldType.UInt8 or FieldType.Bool
            && valid.BitOffset == type.Size() * 8)
        {
            return new RowField(member.Name, offset, type, offset + type.Size());
        }

        throw Refusal(row, member, $"the tag {DeclTags.Nullable} belongs on a struct of a value ({FieldTypeReader.KnownInRows}) and a byte 'valid'");
    }

    private ObjectContractException Refusal(BtfComposite row, BtfMember member, string reason)
    {
        string name = member.Name.Length == 0 ? "(anonymous)" : member.Name;
        string subject = $"{row.Name}.{name}";
        return new ObjectContractException(BtfTypes.SectionName, subject, $"Field {subject} of type '{types.Describe(member.Type)}': {reason}.");
    }

    /// <summary>The fields so far: each has a name and a place of its own. Compilers lay members out in order.</summary>
    private sealed class FieldList(BtfComposite row)
    {
        private readonly ImmutableArray<RowField>.Builder _fields = ImmutableArray.CreateBuilder<RowField>(row.Members.Length);
        private readonly HashSet<string> _names = new(StringComparer.Ordinal);
        private long _end;

        public ImmutableArray<RowField> ToImmutable() => _fields.ToImmutable();

        /// <summary>Adds a field of a part of the row; else says what is wrong with it.</summary>
        public string? TryAdd(string prefix, long start, RowField field)
        {
            if (!_names.Add(prefix + field.Name))
            {
                return "the name is used twice";
            }

            long offset = start + field.Offset;
            long end = start + (field.ValidityOffset + 1 ?? field.Offset + (long)field.Type.Size());
            if (offset < _end || end > row.Size || offset % field.Type.Alignment() != 0)
            {
                return $"byte {offset} of {row.Size} isn't a place of its own with natural alignment";
            }

            _end = end;
            _fields.Add(new RowField(prefix + field.Name, (int)offset, field.Type, field.ValidityOffset is { } validity ? (int)start + validity : null));
            return null;
        }
    }
}

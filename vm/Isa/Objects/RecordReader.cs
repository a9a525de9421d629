using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>Reads a struct as the format of records: as the compiler laid it out, packed or not.</summary>
internal sealed class RecordReader(BtfTypes types)
{
    /// <summary>Bytes of a record; a worker takes whole ones.</summary>
    private const int MaxSize = 1 << 20;

    /// <summary>Structs within structs may name the same few members again and again.</summary>
    private const int MaxFields = 10_000;

    private readonly DeclTags _tags = new(types);
    private readonly ImmutableArray<RecordField>.Builder _fields = ImmutableArray.CreateBuilder<RecordField>();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _size;

    public RecordLayout Read(string name)
    {
        BtfResolved found = types.Named(name).Select(types.Resolve).FirstOrDefault(type => type.Type is BtfComposite { Kind: BtfCompositeKind.Struct });
        if (found.Type is not BtfComposite record)
        {
            throw new ObjectFormatException(BtfTypes.SectionName, 0, $"The object has no type struct {name}. Compilers leave out what nothing uses: declare a variable of it.");
        }

        if (record.Size is 0 or > MaxSize)
        {
            throw new ObjectFormatException(BtfTypes.SectionName, 0, $"struct {name} has {record.Size} bytes; records have 1 to {MaxSize}.");
        }

        _size = record.Size;
        Add(record, found.Number, prefix: "", start: 0, depth: 0);
        return new RecordLayout(name, (int)record.Size, _fields.ToImmutable());
    }

    private void Add(BtfComposite part, int number, string prefix, long start, int depth)
    {
        for (int index = 0; index < part.Members.Length; index++)
        {
            BtfMember member = part.Members[index];
            if (member.BitfieldBits != 0 || member.BitOffset % 8 != 0)
            {
                continue;
            }

            BtfResolved resolved = types.Resolve(member.Type);
            long offset = start + (member.BitOffset / 8);
            if (FieldOf(resolved) is { } field)
            {
                Add(field with { Name = prefix + member.Name, Tags = [.. _tags.On(number, index)] }, offset, part);
            }
            else if (resolved.Type is BtfComposite { Kind: BtfCompositeKind.Struct } inner && depth < BtfTypes.MaxDepth)
            {
                // Members of a struct without a name are members of the one around it (C11, 6.7.2.1).
                Add(inner, resolved.Number, member.Name.Length == 0 ? prefix : $"{prefix}{member.Name}.", offset, depth + 1);
            }
        }
    }

    private void Add(RecordField field, long offset, BtfComposite part)
    {
        long end = offset + Math.Max(field.Size, field.ValidityOffset + 1 ?? 0);
        if (end > _size || _fields.Count == MaxFields || !_names.Add(field.Name))
        {
            throw new ObjectFormatException(
                BtfTypes.SectionName, 0, $"struct {part.Name}.{field.Name}: the member lies outside of the record, or its name is used twice, or there are more than {MaxFields}.");
        }

        _fields.Add(field with { Offset = (int)offset, ValidityOffset = field.ValidityOffset + (int)offset });
    }

    /// <summary>A member that has one value, at offset 0; null for every other.</summary>
    private RecordField? FieldOf(BtfResolved resolved) => resolved.Type switch
    {
        BtfInt or BtfComposite when FieldTypeReader.Find(resolved.Type) is { } type => Plain(KindOf(type), type.Size()),
        BtfFloat { Size: sizeof(float) or sizeof(double) } number => Plain(RecordFieldKind.Float, number.Size),
        BtfEnum number => Plain(number.IsSigned ? RecordFieldKind.Signed : RecordFieldKind.Unsigned, number.Size),
        BtfArray { Count: > 0 and <= MaxSize } array when types.Resolve(array.Element).Type is BtfInt { Size: 1, Bits: 8 } element =>
            Plain(element.Encoding.HasFlag(BtfIntEncoding.Signed) ? RecordFieldKind.Text : RecordFieldKind.Bytes, (int)array.Count),
        BtfComposite inner when _tags.IsNullable(resolved.Number) => Nullable(inner),
        _ => null,
    };

    private RecordField? Nullable(BtfComposite pair) =>
        pair.Members is [{ Name: "value", BitOffset: 0 } value, { Name: "valid", BitfieldBits: 0 } valid]
        && types.Resolve(valid.Type).Type is BtfInt { Size: 1 }
        && FieldOf(types.Resolve(value.Type)) is { ValidityOffset: null } field
            ? field with { ValidityOffset = (int)(valid.BitOffset / 8) }
            : null;

    private static RecordFieldKind KindOf(FieldType type) =>
        type == FieldType.Bool ? RecordFieldKind.Bool
        : type == FieldType.Float64 ? RecordFieldKind.Float
        : type.IsSigned() ? RecordFieldKind.Signed
        : RecordFieldKind.Unsigned;

    private static RecordField Plain(RecordFieldKind kind, int size) => new("", 0, size, kind, null, []);
}

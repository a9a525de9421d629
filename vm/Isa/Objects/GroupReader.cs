using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>What the keys and values of a group map are made of, from their types.</summary>
internal sealed class GroupReader(BtfTypes types, DeclTags tags)
{
    /// <summary>The name of a key that is one value.</summary>
    private const string WholeKey = "key";

    /// <summary>C's <c>char</c>, whose bytes are text; <c>__s8</c> and <c>__u8</c> are numbers.</summary>
    private const string Character = "char";

    /// <param name="map">A group map as it was declared.</param>
    /// <exception cref="ObjectContractException">Its key or value has a part that groups can't have.</exception>
    public GroupLayout Read(MapDefinition map)
    {
        if (types.Resolve(map.ValueTypeId) is not { Type: BtfComposite { Kind: BtfCompositeKind.Struct } value } resolved)
        {
            throw Refusal(map, "value", $"type '{types.Describe(map.ValueTypeId)}' is no struct; each member of one has its merge");
        }

        var fields = new MergedFieldReader(types, tags, (field, reason) => Refusal(map, field, reason));
        var layout = new GroupLayout(ReadKey(map), fields.InOrder(fields.ReadMembers(resolved.Number, value, offset: 0), map.ValueSize));
        if (layout.Values.FirstOrDefault(member => member.Type == FieldType.Float64) is { } number)
        {
            throw Refusal(map, number.Name, "groups have no doubles yet; results have");
        }

        return layout.Values.FirstOrDefault(member => layout.Key.Any(part => part.Name == member.Name)) is { } twice
            ? throw Refusal(map, twice.Name, "the key has a part of this name; the columns of an answer have names of their own")
            : layout;
    }

    private ImmutableArray<GroupKeyField> ReadKey(MapDefinition map)
    {
        if (types.Resolve(map.KeyTypeId).Type is not BtfComposite { Kind: BtfCompositeKind.Struct } key)
        {
            return [ReadField(map, WholeKey, map.KeyTypeId, 0)];
        }

        var fields = ImmutableArray.CreateBuilder<GroupKeyField>(key.Members.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        int end = 0;
        foreach (BtfMember member in key.Members)
        {
            if (member.BitfieldBits != 0 || member.BitOffset != (ulong)end * 8)
            {
                throw Refusal(map, member.Name, $"it isn't at byte {end}, where the member before ends; a key has no bit fields and no padding");
            }

            GroupKeyField field = ReadField(map, member.Name, member.Type, end);
            if (field.Name.Length == 0 || !names.Add(field.Name))
            {
                throw Refusal(map, member.Name, "each member has a name of its own");
            }

            fields.Add(field);
            end += field.Size;
        }

        return end == map.KeySize
            ? fields.ToImmutable()
            : throw Refusal(map, WholeKey, $"bytes {end} to {map.KeySize - 1} are padding, which would tell equal keys apart; declare them as members");
    }

    private GroupKeyField ReadField(MapDefinition map, string name, int number, int offset)
    {
        BtfType type = types.Resolve(number).Type;
        if (type is BtfArray array && IsCharacter(array.Element) && array.Count is > 0 and <= ushort.MaxValue)
        {
            return new GroupKeyField(name, offset, (int)array.Count, null);
        }

        if (IsCharacter(number))
        {
            return new GroupKeyField(name, offset, 1, null);
        }

        return FieldTypeReader.Find(type) is FieldType integer and not FieldType.Float64
            ? new GroupKeyField(name, offset, integer.Size(), integer)
            : throw Refusal(map, name, $"type '{types.Describe(number)}' is no part of a key; keys are made of {FieldTypeReader.Known}, and arrays of char");
    }

    private bool IsCharacter(int number) => types.Resolve(number).Type is BtfInt { Name: Character, Size: 1 };

    private static ObjectContractException Refusal(MapDefinition map, string field, string reason) =>
        new(SectionRoles.Declarations, map.Name, $"Map '{map.Name}', field '{(field.Length == 0 ? "(anonymous)" : field)}': {reason}.");
}

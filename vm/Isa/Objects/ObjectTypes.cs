using System.Collections.Immutable;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>The types that describe an object's row, parameters, results and programs, numbered as they are added.</summary>
internal sealed class ObjectTypes
{
    /// <summary>Bytes of a map's declaration: a pointer for each of type, max_entries, map_flags, key and value.</summary>
    public const int MapDeclarationBytes = 5 * sizeof(ulong);

    private readonly List<BtfType> _types = [];
    private readonly Dictionary<FieldType, int> _fieldTypes = [];
    private readonly Dictionary<string, (int Key, int Value)> _groupTypes = new(StringComparer.Ordinal);
    private int _character;

    /// <summary>The section of all types so far.</summary>
    public byte[] ToSection() => BtfTypes.Write(_types);

    /// <summary>The row's struct; gives the prototype of the programs that are called with it.</summary>
    public int AddRow(RowLayout row)
    {
        BtfMember[] members = [.. row.Fields.Select(field => new BtfMember(field.Name, AddRowField(field), (uint)field.Offset * 8))];
        int type = Add(new BtfComposite(row.Name, BtfCompositeKind.Struct, (uint)row.Size, [.. members]));
        int pointer = Add(new BtfPointer(Add(new BtfModifier(BtfModifierKind.Const, "", type))));
        int result = Add(new BtfInt("int", 4, BtfIntEncoding.Signed, 32));
        return Add(new BtfPrototype(result, [new BtfParameter("row", pointer)]));
    }

    /// <summary>A map's key and value; gives the prototype of the program that is called with them.</summary>
    public int AddGroup(MapDefinition map)
    {
        (int key, int value) = GroupTypes(map);
        BtfParameter[] parameters = [new BtfParameter("key", PointerTo(key)), new BtfParameter("group", PointerTo(value))];
        return Add(new BtfPrototype(Add(new BtfInt("int", 4, BtfIntEncoding.Signed, 32)), [.. parameters]));

        int PointerTo(int type) => Add(new BtfPointer(Add(new BtfModifier(BtfModifierKind.Const, "", type))));
    }

    public void AddProgram(string name, int prototype) => Add(new BtfFunction(name, prototype, BtfLinkage.Global));

    /// <summary>A <c>const volatile</c> variable in <c>.rodata</c> for each parameter.</summary>
    public void AddParameters(ImmutableArray<ParameterField> parameters, int length)
    {
        BtfPlacement[] placements = [.. parameters.Select(parameter =>
        {
            bool isText = parameter.Type == FieldType.Text;
            int type = Add(new BtfModifier(BtfModifierKind.Volatile, "", isText ? Character() : Of(parameter.Type)));
            type = Add(new BtfModifier(BtfModifierKind.Const, "", type));
            type = isText ? Add(new BtfArray(type, Of(FieldType.UInt32), (uint)parameter.Capacity)) : type;
            int variable = Add(new BtfVariable(parameter.Name, type, BtfLinkage.Global));
            return new BtfPlacement(variable, (uint)parameter.Offset, (uint)parameter.Size);
        })];
        Add(new BtfDataSection(SectionRoles.ReadOnlyData, (uint)length, [.. placements]));
    }

    /// <summary>One struct variable in <c>.bss.results</c>, each member tagged with its merge.</summary>
    public void AddResults(string name, ImmutableArray<ResultField> results, int length)
    {
        int type = AddTagged(results, length);
        int variable = Add(new BtfVariable(name, type, BtfLinkage.Global));
        Add(new BtfDataSection(SectionRoles.Results, (uint)length, [new BtfPlacement(variable, 0, (uint)length)]));
    }

    /// <summary>A variable in <c>.maps</c> for each group map, whose members' types say what it is, as <c>ND_GROUPS</c> and <c>ND_FROZEN_GROUPS</c> do.</summary>
    public void AddGroups(IReadOnlyCollection<MapDefinition> maps)
    {
        int integer = Add(new BtfInt("int", 4, BtfIntEncoding.Signed, 32));
        BtfPlacement[] placements =
            [.. maps.Select((map, index) => new BtfPlacement(AddGroups(map, integer), (uint)(index * MapDeclarationBytes), MapDeclarationBytes))];
        Add(new BtfDataSection(SectionRoles.Declarations, (uint)(maps.Count * MapDeclarationBytes), [.. placements]));
    }

    private int AddGroups(MapDefinition map, int integer)
    {
        (string Name, int Type)[] members =
        [
            ("type", Number((uint)map.Type)),
            ("max_entries", Number((uint)map.MaxEntries)),
            ("map_flags", Number(map.Flags)),
            ("key", GroupTypes(map).Key),
            ("value", GroupTypes(map).Value),
        ];
        BtfMember[] pointers =
            [.. members.Select((member, index) => new BtfMember(member.Name, Add(new BtfPointer(member.Type)), (uint)index * sizeof(ulong) * 8))];
        int declaration = Add(new BtfComposite("", BtfCompositeKind.Struct, MapDeclarationBytes, [.. pointers]));
        return Add(new BtfVariable(map.Name, declaration, BtfLinkage.Global));

        // As __uint says a number: the length of an array that a pointer leads to.
        int Number(uint number) => Add(new BtfArray(integer, integer, number));
    }

    private (int Key, int Value) GroupTypes(MapDefinition map)
    {
        if (!_groupTypes.TryGetValue(map.Name, out (int Key, int Value) types))
        {
            types = (AddKey(map), AddTagged(map.Group!.Values, map.ValueSize));
            _groupTypes.Add(map.Name, types);
        }

        return types;
    }

    private int AddKey(MapDefinition map) => Add(new BtfComposite("", BtfCompositeKind.Struct, (uint)map.KeySize,
        [.. map.Group!.Key.Select(part => new BtfMember(part.Name, part.Type is { } type ? Of(type) : AddText(part.Size), (uint)part.Offset * 8))]));

    private int AddText(int length)
    {
        int character = Add(new BtfInt("char", 1, BtfIntEncoding.Signed, 8));
        return Add(new BtfArray(character, Add(new BtfInt("int", 4, BtfIntEncoding.Signed, 32)), (uint)length));
    }

    private int AddTagged(ImmutableArray<ResultField> fields, int length)
    {
        int type = Add(new BtfComposite("", BtfCompositeKind.Struct, (uint)length, [.. fields.Select(field => new BtfMember(field.Name, field.IsWideSum ? AddWideSum(field) : Of(field.Type), (uint)field.Offset * 8))]));
        for (int index = 0; index < fields.Length; index++)
        {
            Add(new BtfDeclTag(DeclTags.Of(fields[index].Merge), type, index));
        }

        return type;
    }

    private int AddRowField(RowField field)
    {
        if (!field.IsNullable)
        {
            return Of(field.Type);
        }

        int size = field.Type.Size();
        int type = Add(new BtfComposite("", BtfCompositeKind.Struct, (uint)field.Type.NullableSize(),
        [
            new BtfMember("value", Of(field.Type), 0),
            new BtfMember("valid", Of(FieldType.UInt8), (uint)size * 8),
        ]));
        Add(new BtfDeclTag(DeclTags.Nullable, type, BtfDeclTag.WholeTarget));
        return type;
    }

    private int AddWideSum(ResultField sum)
    {
        int word = Of(FieldType.UInt64);
        int words = Add(new BtfArray(word, word, (uint)(sum.Size / sizeof(ulong))));
        string name = sum.Type == FieldType.Float64 ? "nd_f64_sum" : "nd_i128_sum";
        return Add(new BtfComposite(name, BtfCompositeKind.Struct, (uint)sum.Size, [new BtfMember("words", words, 0)]));
    }

    /// <summary>The C type, as <c>linux/types.h</c> and <c>neardata.h</c> define it.</summary>
    private int Of(FieldType type)
    {
        if (!_fieldTypes.TryGetValue(type, out int number))
        {
            if (type == FieldType.Float64)
            {
                number = Add(new BtfComposite(type.CName(), BtfCompositeKind.Struct, sizeof(double), [new BtfMember("bits", Of(FieldType.UInt64), 0)]));
                _fieldTypes.Add(type, number);
                return number;
            }

            if (type == FieldType.Text)
            {
                int data = Add(new BtfPointer(Add(new BtfModifier(BtfModifierKind.Const, "", Character()))));
                number = Add(new BtfComposite("nd_str", BtfCompositeKind.Struct, (uint)type.Size(),
                [
                    new BtfMember("len", Of(FieldType.UInt64), TextLayout.LengthOffset * 8),
                    new BtfMember("data", data, TextLayout.DataOffset * 8),
                ]));
                _fieldTypes.Add(type, number);
                return number;
            }

            string name = type switch
            {
                FieldType.Bool => "_Bool",
                FieldType.Int8 => "signed char",
                FieldType.Int16 => "short",
                FieldType.Int32 => "int",
                FieldType.Int64 => "long long",
                FieldType.UInt8 => "unsigned char",
                FieldType.UInt16 => "unsigned short",
                FieldType.UInt32 => "unsigned int",
                FieldType.Int128 => "__int128",
                _ => "unsigned long long",
            };
            BtfIntEncoding encoding = type == FieldType.Bool ? BtfIntEncoding.Boolean
                : type.IsSigned() ? BtfIntEncoding.Signed
                : BtfIntEncoding.Unsigned;
            number = Add(new BtfInt(name, type.Size(), encoding, type.Size() * 8));
            number = Add(new BtfModifier(BtfModifierKind.Typedef, type.CName(), number));
            _fieldTypes.Add(type, number);
        }

        return number;
    }

    private int Character() => _character = _character == 0 ? Add(new BtfInt("char", 1, BtfIntEncoding.Signed, 8)) : _character;

    private int Add(BtfType type)
    {
        _types.Add(type);
        return _types.Count;
    }
}

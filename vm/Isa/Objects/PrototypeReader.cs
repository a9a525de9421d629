using NearData.Isa.Objects.Btf;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects;

/// <summary>What a program is called with, from its function's prototype. One for all programs of an object: they share the row.</summary>
internal sealed class PrototypeReader(BtfTypes types, DeclTags tags)
{
    /// <summary>Bytes of C's <c>int</c>.</summary>
    private const int IntSize = 4;

    private (string Function, int Type, ProgramContext.Row Context)? _row;

    /// <exception cref="ObjectContractException">It isn't <c>int name(const struct row *)</c>, or another program has another row.</exception>
    public ProgramContext.Row ReadRow(string section, string function)
    {
        BtfPrototype prototype = Find(section, function);
        if (prototype.Parameters is not [BtfParameter parameter]
            || types.Resolve(parameter.Type).Type is not BtfPointer pointer
            || types.Resolve(pointer.Target) is not { Type: BtfComposite { Kind: BtfCompositeKind.Struct } row } resolved)
        {
            string found = string.Join(", ", prototype.Parameters.Select(it => types.Describe(it.Type)));
            throw new ObjectContractException(
                section, function, $"Function '{function}' takes ({found}); a {section} program takes one pointer to a row: const struct row *.");
        }

        CheckReturn(section, function, prototype);
        _row ??= (function, resolved.Number, new ProgramContext.Row(new RowReader(types, tags).Read(row)));
        return _row.Value.Type == resolved.Number
            ? _row.Value.Context
            : throw new ObjectContractException(
                section, function, $"'{_row.Value.Function}' takes struct {_row.Value.Context.Layout.Name}, but '{function}' takes struct {row.Name}; all programs of an object take the same row.");
    }

    /// <exception cref="ObjectContractException">It isn't <c>int name(const key *, const value *)</c> of the map's types.</exception>
    public void CheckGroup(string section, string function, MapDefinition map)
    {
        BtfPrototype prototype = Find(section, function);
        long?[] sizes = [.. prototype.Parameters.Select(it => types.Resolve(it.Type).Type is BtfPointer pointer ? types.SizeOf(pointer.Target) : null)];
        if (!sizes.SequenceEqual([map.KeySize, map.ValueSize]))
        {
            string found = string.Join(", ", prototype.Parameters.Select(it => types.Describe(it.Type)));
            throw new ObjectContractException(
                section,
                function,
                $"Function '{function}' takes ({found}); a {section} program takes pointers to the key and the value of map '{map.Name}', "
                + $"of {map.KeySize} and {map.ValueSize} bytes.");
        }

        CheckReturn(section, function, prototype);
    }

    /// <exception cref="ObjectContractException">It isn't <c>int name(const struct nd_buffer *)</c>, or its section names no size.</exception>
    public void CheckBuffer(string section, string function)
    {
        BtfPrototype prototype = Find(section, function);
        if (prototype.Parameters is not [BtfParameter parameter]
            || types.Resolve(parameter.Type).Type is not BtfPointer pointer
            || types.Resolve(pointer.Target).Type is not BtfComposite { Name: "nd_buffer", Kind: BtfCompositeKind.Struct })
        {
            string found = string.Join(", ", prototype.Parameters.Select(it => types.Describe(it.Type)));
            throw new ObjectContractException(section, function, $"Function '{function}' takes ({found}); a {section} program takes one const struct nd_buffer *.");
        }

        CheckReturn(section, function, prototype);
        if (SectionRoles.BufferBytes(section) is null)
        {
            throw new ObjectContractException(section, function, $"'{section}' names no size of buffers: buffer/N, of 1 to {SectionRoles.LongestBuffer} bytes.");
        }
    }

    private BtfPrototype Find(string section, string function) =>
        types.Function(function) is BtfFunction described && types[described.Prototype] is BtfPrototype prototype
            ? prototype
            : throw new ObjectContractException(section, function, $"Function '{function}' has no prototype; compile the object with -g.");

    /// <summary>The upper half of r0 is undefined behind C's int, so a wider type would promise bits that nobody looks at.</summary>
    private void CheckReturn(string section, string function, BtfPrototype prototype)
    {
        if (FieldTypeReader.Find(types.Resolve(prototype.Return).Type) is not FieldType returned || returned.Size() > IntSize)
        {
            throw new ObjectContractException(
                section, function, $"Function '{function}' returns '{types.Describe(prototype.Return)}'; a {section} program returns int.");
        }
    }
}

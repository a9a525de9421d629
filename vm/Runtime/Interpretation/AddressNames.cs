using System.Buffers.Binary;
using System.Globalization;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.Vm.Introspection;
using NearData.Vm.Maps;

namespace NearData.Vm.Interpretation;

/// <summary>What the bytes of a place are.</summary>
/// <param name="Btf">A type of the object; null where there is none.</param>
/// <param name="Field">A row's or a result's type; null where there is none.</param>
internal readonly record struct PlaceType(int? Btf = null, FieldType? Field = null);

/// <summary>Names for what an interpreted program's addresses lead to, as its author knows it.</summary>
/// <param name="program">The program.</param>
/// <param name="types">Its object's types.</param>
/// <param name="depth">Functions that are active.</param>
internal readonly unsafe struct AddressNames(Program program, BtfTypes types, int depth)
{
    /// <summary>Farther than this from all memory no program gets; numbers that happen to look like addresses are, nearly always.</summary>
    private const long MostOffset = uint.MaxValue;

    /// <summary>What an address leads to, or null for what is no address.</summary>
    public string? OfPointer(ulong value, AddressSpace memory)
    {
        Address address = new(value);
        long offset = address.Offset;
        if (Math.Abs(offset) > MostOffset)
        {
            return null;
        }

        return address.Region switch
        {
            Address.Functions => $"function {program.FunctionAt((int)offset)?.Name ?? $"at {offset}"}",
            Address.Context => Named(ContextName, offset),
            Address.Packet when memory.Packet is not null => OfPlace(address, 0, memory, out _),
            >= Address.FirstFrame and < Address.FirstFrame + CallStack.MostFrames => OfPlace(address, 0, memory, out _),
            >= Address.FirstKey and < Address.FirstKey + CallStack.MostFrames => Named("key", offset),
            _ when memory.FindMap(address) is { } number => $"map {memory.Maps[number].Definition.Name}",
            _ when memory.FindValue(address) is not null => OfPlace(address, 0, memory, out _),
            _ => null,
        };
    }

    /// <summary>The place of an access.</summary>
    /// <param name="address">Its first byte.</param>
    /// <param name="size">Bytes; 0 for an address alone.</param>
    /// <param name="memory">What the program can touch.</param>
    /// <param name="type">What is there, where that is known.</param>
    public string OfPlace(Address address, int size, AddressSpace memory, out PlaceType type)
    {
        type = default;
        long offset = address.Offset;
        switch (address.Region)
        {
            case Address.Context:
                return OfContext(offset, size, ref type);
            case Address.Packet when memory.Packet is not null:
                return Named("packet", offset - (memory.Packet->Data - memory.Packet->HardStart));
            case >= Address.FirstFrame and < Address.FirstFrame + CallStack.MostFrames:
                int frame = address.Region - Address.FirstFrame + 1;
                return Named(frame == depth ? "fp" : $"frame {frame} fp", offset - CallStack.FrameSize);
            case >= Address.FirstKey and < Address.FirstKey + CallStack.MostFrames:
                return Named("key", offset);
            default:
                return memory.FindValue(address) is { } map ? OfValue(map, offset, size, memory, address, ref type) : address.ToString();
        }
    }

    /// <summary>What some bytes mean.</summary>
    public string ValueOf(ReadOnlySpan<byte> bytes, PlaceType type, AddressSpace memory)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        whole.Clear();
        bytes.CopyTo(whole);
        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(whole);
        if (type.Field is { } field)
        {
            return field == FieldType.Float64 ? BitConverter.UInt64BitsToDouble(bits).ToString(CultureInfo.InvariantCulture)
                : field.IsSigned() ? $"{(long)(bits << (64 - (bytes.Length * 8))) >> (64 - (bytes.Length * 8))}"
                : $"{bits}";
        }

        if (type.Btf is { } btf && types.Resolve(btf).Type is not (BtfPointer or BtfComposite or BtfArray))
        {
            return new BtfValueReader(types).Read(btf, bytes).ToString();
        }

        return (bytes.Length == sizeof(ulong) ? OfPointer(bits, memory) : null) ?? TraceText.Number(bits);
    }

    private string ContextName => program.Context switch
    {
        ProgramContext.Row row => row.Layout.Name,
        ProgramContext.Fields fields => fields.Layout.Name,
        _ => "memory",
    };

    private string OfContext(long offset, int size, ref PlaceType type)
    {
        switch (program.Context)
        {
            case ProgramContext.Row row:
                foreach (RowField field in row.Layout.Fields)
                {
                    if (offset == field.Offset && size == field.Type.Size())
                    {
                        type = new PlaceType(Field: field.Type);
                        return $"{row.Layout.Name}.{field.Name}";
                    }

                    if (offset == field.ValidityOffset)
                    {
                        return $"{row.Layout.Name}.{field.Name}.valid";
                    }
                }

                return Named(row.Layout.Name, offset);
            case ProgramContext.Fields fields:
                ContextField? found = fields.Layout.Fields.FirstOrDefault(field => offset >= field.Offset && offset < field.Offset + field.Size);
                return found is null ? Named(fields.Layout.Name, offset) : Named($"{fields.Layout.Name}.{found.Name}", offset - found.Offset);
            default:
                return Named("memory", offset);
        }
    }

    private string OfValue(BpfMap map, long offset, int size, AddressSpace memory, Address address, ref PlaceType type)
    {
        MapDefinition definition = map.Definition;
        if (memory.Maps.Record(address.Region - Address.FirstValues, offset) is { } record)
        {
            return Named($"record of {definition.Name}", offset - record.Offset);
        }

        long element = map.Grid.ElementAt(offset);
        if (element < 0)
        {
            return Named($"{definition.Name} value", offset);
        }

        long inside = map.Grid.OffsetInValue(offset);
        BtfPlace place = BtfPlace.Find(types, definition.ValueTypeId, inside, size);
        type = new PlaceType(Btf: place.Type);
        string path = definition.ValueTypeId == 0 && inside != 0 ? $"+{inside}" : place.Path;
        return definition.Role != MapRole.Declared ? (path.Length == 0 ? definition.Name : path.TrimStart('.'))
            : definition.Type is MapType.Array or MapType.PerCpuArray ? $"{definition.Name}[{element}]{path}"
            : $"{definition.Name}[…]{path}";
    }

    private static string Named(string name, long offset) => offset == 0 ? name : offset < 0 ? $"{name}{offset}" : $"{name}+{offset}";
}

using NearData.Isa.Programs;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Interpretation;

/// <summary>What an access does.</summary>
internal enum AccessIntent
{
    Load,
    Store,
}

/// <summary>All memory that one call of a program can touch, by region. Every access is found here or is a fault.</summary>
internal readonly unsafe ref struct AddressSpace
{
    private readonly Span<byte> _context;
    private readonly ProgramContext _contextKind;
    private readonly Span<byte> _stack;
    private readonly Span<byte> _keys;
    private readonly ReadOnlySpan<TextValue> _texts;

    /// <param name="context">The context's bytes, which don't move during the call; empty for a packet program.</param>
    /// <param name="packet">What a packet program is called with; null for the others.</param>
    /// <param name="contextKind">What they are.</param>
    /// <param name="stack">The bytes of all frames, which don't move either.</param>
    /// <param name="keys">For each frame the key that its callback looks at.</param>
    /// <param name="texts">What a row's fields of text lead to.</param>
    /// <param name="maps">The maps that can be reached.</param>
    /// <param name="slices">The slices on the stack.</param>
    public AddressSpace(
        Span<byte> context,
        XdpContext* packet,
        ProgramContext contextKind,
        Span<byte> stack,
        Span<byte> keys,
        ReadOnlySpan<TextValue> texts,
        MapRegions maps,
        SliceTable slices)
    {
        _keys = keys;
        _texts = texts;
        _context = context;
        Packet = packet;
        _contextKind = contextKind;
        _stack = stack;
        Maps = maps;
        Slices = slices;
    }

    /// <summary>What a packet program is called with; null for the others.</summary>
    public XdpContext* Packet { get; }

    /// <summary>The maps that can be reached.</summary>
    public MapRegions Maps { get; }

    /// <summary>The slices on the stack.</summary>
    public SliceTable Slices { get; }

    /// <summary>The bytes of an access.</summary>
    /// <param name="instruction">The slot that asks, for the fault.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="intent">What happens to them.</param>
    /// <param name="frames">Stack frames in use.</param>
    /// <exception cref="ExecutionFaultException">They are not all in one region, or may not be written.</exception>
    public Span<byte> Locate(int instruction, Address address, int size, AccessIntent intent, int frames)
    {
        int region = address.Region;
        if (region == Address.Packet && Packet is not null)
        {
            RefuseStore(instruction, intent, _contextKind is ProgramContext.Fields { Layout: var layout } && ReferenceEquals(layout, ContextLayout.Buffer), "a buffer");
            return LocateInPacket(instruction, address.Offset, size, intent);
        }

        if (region == Address.Context && Packet is null && _contextKind is not ProgramContext.Group)
        {
            string name = _contextKind is ProgramContext.Row ? "the row" : "the memory";
            RefuseStore(instruction, intent, _contextKind is ProgramContext.Row, name);
            return Within(_context, address.Offset, size)
                ? _context.Slice((int)address.Offset, size)
                : throw Outside(instruction, intent, size, address.Offset, name, _context.Length);
        }

        if (region >= Address.FirstFrame && region < Address.FirstFrame + frames)
        {
            int start = (region - Address.FirstFrame) * CallStack.FrameSize;
            Span<byte> frame = _stack.Slice(start, CallStack.FrameSize);
            if (Within(frame, address.Offset, size))
            {
                LoseSlices(instruction, start + (int)address.Offset, size, intent);
                return frame.Slice((int)address.Offset, size);
            }

            throw Outside(instruction, intent, size, address.Offset, "the stack frame", frame.Length);
        }

        if (region >= Address.FirstKey && region < Address.FirstKey + frames)
        {
            RefuseStore(instruction, intent, isReadOnly: true, "a key");
            Span<byte> key = _keys.Slice((region - Address.FirstKey) * CallStack.LongestKey, CallStack.LongestKey);
            return Within(key, address.Offset, size)
                ? key.Slice((int)address.Offset, size)
                : throw Outside(instruction, intent, size, address.Offset, "a key", key.Length);
        }

        if (region >= Address.FirstText && region < Address.FirstText + _texts.Length)
        {
            RefuseStore(instruction, intent, isReadOnly: true, "a column's value");
            Span<byte> text = new((void*)_texts[region - Address.FirstText].Data, (int)_texts[region - Address.FirstText].Length);
            return Within(text, address.Offset, size)
                ? text.Slice((int)address.Offset, size)
                : throw Outside(instruction, intent, size, address.Offset, "a column's value", text.Length);
        }

        return FindValue(address) is { } map
            ? LocateValue(instruction, map, address, size, intent)
            : throw new ExecutionFaultException(
                instruction,
                FaultKind.WildAddress,
                $"{Describe(intent, size)} at address {address}",
                "that points into no memory of the program");
    }

    /// <summary>The number of the map that a register holds, or null.</summary>
    public int? FindMap(Address address)
    {
        int map = address.Region - Address.FirstMap;
        return (uint)map < (uint)Maps.Count && address.Offset == 0 ? map : null;
    }

    /// <summary>The map whose values an address points into or beside, or null.</summary>
    public BpfMap? FindValue(Address address)
    {
        int map = address.Region - Address.FirstValues;
        return (uint)map < (uint)Maps.Count ? Maps[map] : null;
    }

    private static bool Within(ReadOnlySpan<byte> region, long offset, int size) => offset >= 0 && offset + size <= region.Length;

    private static ExecutionFaultException Outside(
        int instruction, AccessIntent intent, int size, long offset, string name, long length) => new(
        instruction, FaultKind.OutOfBounds, $"{Describe(intent, size)} at offset {offset} of {name}", $"it has {length} bytes");

    private static void RefuseStore(int instruction, AccessIntent intent, bool isReadOnly, string name)
    {
        if (intent == AccessIntent.Store && isReadOnly)
        {
            throw new ExecutionFaultException(instruction, FaultKind.ReadOnly, $"A store to {name}", "it can only be read");
        }
    }

    /// <summary>A store ends the slices that it touches; a load finds nothing there that it may see.</summary>
    private void LoseSlices(int instruction, int place, int size, AccessIntent intent)
    {
        while (Slices.Touching(place, size) is { } slice)
        {
            if (intent == AccessIntent.Load || slice.IsOfRing)
            {
                throw new ExecutionFaultException(
                    instruction,
                    FaultKind.Slice,
                    $"{Describe(intent, size)} in a slice",
                    intent == AccessIntent.Load ? "only helpers look into one" : "it holds a record of a ring buffer, which must be given back first");
            }

            Slices.Remove(slice);
        }
    }

    /// <summary>What a load of a packet program's context gives; null where the address is somewhere else.</summary>
    /// <exception cref="ExecutionFaultException">The bytes are no field, or part of an address.</exception>
    public ulong? LoadField(int instruction, Address address, int size)
    {
        if (address.Region != Address.Context || Packet is null)
        {
            return null;
        }

        ContextLayout layout = ((ProgramContext.Fields)_contextKind).Layout;
        foreach (ContextField field in layout.Fields)
        {
            long inField = address.Offset - field.Offset;
            bool isNumber = field.Kind == ContextFieldKind.Number;
            if (inField >= 0 && inField + size <= field.Size && (isNumber || size == field.Size))
            {
                ulong value = XdpFields.Load(Packet, field);
                return !isNumber ? Address.Of(Address.Packet, (byte*)value - Packet->HardStart).Value
                    : size == sizeof(ulong) ? value
                    : (value >> (int)(inField * 8)) & ((1UL << (size * 8)) - 1);
            }
        }

        throw Outside(instruction, AccessIntent.Load, size, address.Offset, layout.Name, layout.Size);
    }

    private static string Describe(AccessIntent intent, int size) =>
        $"A {(intent == AccessIntent.Load ? "load" : "store")} of {size} bytes";

    private Span<byte> LocateInPacket(int instruction, long offset, int size, AccessIntent intent)
    {
        // Metadata and packet are one piece of memory, though each is reached with a pointer of its own.
        long start = Packet->Metadata - Packet->HardStart;
        long end = Packet->End - Packet->HardStart;
        return offset >= start && offset + size <= end
            ? new Span<byte>(Packet->HardStart + offset, size)
            : throw Outside(instruction, intent, size, offset - (Packet->Data - Packet->HardStart), "the packet", Packet->End - Packet->Data);
    }

    private Span<byte> LocateValue(int instruction, BpfMap map, Address address, int size, AccessIntent intent)
    {
        MapDefinition definition = map.Definition;
        RefuseStore(instruction, intent, !map.HasWritableValues, definition.Name);
        if (intent == AccessIntent.Load && !definition.IsReadableByPrograms)
        {
            throw new ExecutionFaultException(instruction, FaultKind.WriteOnly, $"A load of {definition.Name}", "it can only be written");
        }

        if (size == 0 && address.Offset > 0 && map.Grid.ElementAt(address.Offset) < 0 && Maps.Record(address.Region - Address.FirstValues, address.Offset) is null)
        {
            // No byte is touched: the place behind the last one is allowed, if that is.
            return LocateValue(instruction, map, new Address(address.Value - 1), 1, intent)[1..];
        }

        if (map is GroupMap groups)
        {
            RefuseStore(instruction, intent, _contextKind is ProgramContext.Group, "a group that is judged");
            Span<byte> found = groups.At(address.Offset, size);
            return !found.IsEmpty ? found : throw new ExecutionFaultException(
                instruction,
                FaultKind.OutOfBounds,
                $"{Describe(intent, size)} at offset {address.Offset} of group map {definition.Name}",
                $"its groups have {definition.ValueSize} bytes");
        }

        if (Maps.Record(address.Region - Address.FirstValues, address.Offset) is { } record)
        {
            long inRecord = address.Offset - record.Offset;
            return inRecord + size <= record.Size
                ? new Span<byte>(map.Grid.First + address.Offset, size)
                : throw Outside(instruction, intent, size, inRecord, $"a record of ring buffer {definition.Name}", record.Size);
        }

        long element = map.Grid.ElementAt(address.Offset);
        if (element < 0)
        {
            throw new ExecutionFaultException(
                instruction,
                FaultKind.OutOfBounds,
                $"{Describe(intent, size)} at offset {address.Offset} of map {definition.Name}",
                $"it has {map.Grid.Elements} values of {definition.ValueSize} bytes");
        }

        long offset = map.Grid.OffsetInValue(address.Offset);
        return offset + size <= map.Grid.Size
            ? new Span<byte>(map.Grid.First + address.Offset, size)
            : throw Outside(instruction, intent, size, offset, $"value {element} of map {definition.Name}", map.Grid.Size);
    }
}

using NearData.Isa.Programs;
using NearData.Vm.Memory;

namespace NearData.Vm.Interpretation;

/// <summary>What an access does.</summary>
internal enum AccessIntent
{
    Load,
    Store,
}

/// <summary>All memory that one call of a program can touch, by region. Every access is found here or is a fault.</summary>
internal readonly ref struct AddressSpace
{
    private readonly Span<byte> _context;
    private readonly ProgramContext _contextKind;
    private readonly Span<byte> _stack;
    private readonly MapMemory _maps;

    public AddressSpace(Span<byte> context, ProgramContext contextKind, Span<byte> stack, MapMemory maps)
    {
        _context = context;
        _contextKind = contextKind;
        _stack = stack;
        _maps = maps;
    }

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
        if (region == Address.Context)
        {
            string name = _contextKind is ProgramContext.Row ? "the row" : "the memory";
            RefuseStore(instruction, intent, _contextKind is ProgramContext.Row, name);
            return Within(_context, address.Offset, size)
                ? _context.Slice((int)address.Offset, size)
                : throw Outside(instruction, intent, size, address.Offset, name, _context.Length);
        }

        if (region >= Address.FirstFrame && region < Address.FirstFrame + frames)
        {
            Span<byte> frame = _stack.Slice((region - Address.FirstFrame) * CallStack.FrameSize, CallStack.FrameSize);
            return Within(frame, address.Offset, size)
                ? frame.Slice((int)address.Offset, size)
                : throw Outside(instruction, intent, size, address.Offset, "the stack frame", frame.Length);
        }

        int map = region - Address.FirstValues;
        return (uint)map < (uint)MapCount
            ? LocateValue(instruction, map, address, size, intent)
            : throw new ExecutionFaultException(
                instruction,
                FaultKind.WildAddress,
                $"{Describe(intent, size)} at address {address}",
                "that points into no memory of the program");
    }

    /// <summary>The map that a register holds, or null.</summary>
    public int? FindMap(Address address)
    {
        int map = address.Region - Address.FirstMap;
        return (uint)map < (uint)MapCount && address.Offset == 0 ? map : null;
    }

    /// <summary>Maps that can be named.</summary>
    public int MapCount => int.Min(_maps.Maps.Length, Address.MostMaps);

    public MapDefinition Map(int map) => _maps.Maps[map];

    private static bool Within(ReadOnlySpan<byte> region, long offset, int size) => offset >= 0 && offset + size <= region.Length;

    private static ExecutionFaultException Outside(
        int instruction, AccessIntent intent, int size, long offset, string name, int length) => new(
        instruction, FaultKind.OutOfBounds, $"{Describe(intent, size)} at offset {offset} of {name}", $"it has {length} bytes");

    private static void RefuseStore(int instruction, AccessIntent intent, bool isReadOnly, string name)
    {
        if (intent == AccessIntent.Store && isReadOnly)
        {
            throw new ExecutionFaultException(instruction, FaultKind.ReadOnly, $"A store to {name}", "it can only be read");
        }
    }

    private static string Describe(AccessIntent intent, int size) =>
        $"A {(intent == AccessIntent.Load ? "load" : "store")} of {size} bytes";

    private Span<byte> LocateValue(int instruction, int map, Address address, int size, AccessIntent intent)
    {
        MapDefinition definition = _maps.Maps[map];
        RefuseStore(instruction, intent, definition.Role == MapRole.ReadOnlyData, definition.Name);
        long entry = address.Offset < 0 ? -1 : address.Offset / MapMemory.Stride(definition);
        if (entry < 0 || entry >= definition.MaxEntries)
        {
            throw new ExecutionFaultException(
                instruction,
                FaultKind.OutOfBounds,
                $"{Describe(intent, size)} at offset {address.Offset} of map {definition.Name}",
                $"it has {definition.MaxEntries} values of {definition.ValueSize} bytes");
        }

        Span<byte> value = _maps.Value(map, (int)entry);
        long offset = address.Offset - (entry * MapMemory.Stride(definition));
        return Within(value, offset, size)
            ? value.Slice((int)offset, size)
            : throw Outside(instruction, intent, size, offset, $"value {entry} of map {definition.Name}", value.Length);
    }
}

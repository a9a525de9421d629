using NearData.Isa.Programs;
using NearData.Vm.Compilation;
using NearData.Vm.Interpretation;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Guards;

/// <summary>
/// What guarded code asks of an address that it can't judge in a few instructions of its own. Each thread has the scope of the program that
/// it runs in its <see cref="RunContext"/>. Immutable.
/// </summary>
internal sealed unsafe class GuardScope(Program program)
{
    /// <summary>Bytes of the stacks of all functions that may be active together.</summary>
    public const int StackBytes = CallStack.MostFrames * CallStack.FrameSize;

    private readonly int[] _texts = program.Context is ProgramContext.Row { Layout.Fields: var fields }
        ? [.. Enumerable.Range(0, fields.Length).Where(field => fields[field].Type == FieldType.Text)]
        : [];

    /// <summary>Ends the run where bytes aren't the program's to read.</summary>
    public static void Read(CallFrame* frame, long address, long size, int instruction) => Current.Check(frame, address, size, writes: false, instruction);

    /// <summary>Ends the run where bytes aren't the program's to write.</summary>
    public static void Write(CallFrame* frame, long address, long size, int instruction) => Current.Check(frame, address, size, writes: true, instruction);

    /// <summary>Ends the run where text in read-only data doesn't end there.</summary>
    public static void Text(CallFrame* frame, long address, int instruction)
    {
        GuardScope scope = Current;
        scope.Check(frame, address, 1, writes: false, instruction);
        for (long at = address; *(byte*)at != 0; at++)
        {
            scope.Check(frame, at + 1, 1, writes: false, instruction);
        }
    }

    /// <summary>The size of a map's key, where the program gives one of several to a helper.</summary>
    public static long KeySize(long map) => BpfMap.Of(map).Definition.KeySize;

    /// <summary>The size of a map's value, likewise.</summary>
    public static long ValueSize(long map) => BpfMap.Of(map).Definition.ValueSize;

    /// <summary>Ends the run where what the program takes for a map is none that a map of maps of its leads to.</summary>
    public static void InnerMap(CallFrame* frame, long address, int instruction)
    {
        GuardScope scope = Current;
        for (int map = 0; map < scope.MapCount; map++)
        {
            if (BpfMap.Of((long)(frame->Maps + map)) is MapOfMaps outer && outer.LeadsTo(address))
            {
                return;
            }
        }

        throw scope.Tripped(instruction, GuardKind.Map, $"there is no map of it at 0x{address:x}");
    }

    /// <summary>Ends the run where a number isn't one of a callback.</summary>
    public static void Callback(long number, int instruction)
    {
        if ((ulong)number >= (ulong)RunContext.Current.Callbacks.Length)
        {
            throw Current.Tripped(instruction, GuardKind.Callback, $"callback {number} isn't one of its functions");
        }
    }

    /// <summary>Ends the run: an address lies outside of where it was proven to be.</summary>
    public static void TripMemory(long address, int instruction) =>
        throw Current.Tripped(instruction, GuardKind.Memory, $"an access at 0x{address:x} lies outside of its memory");

    /// <summary>Ends the run: the worst case is used up.</summary>
    public static void TripTurns(int instruction) =>
        throw Current.Tripped(instruction, GuardKind.Turns, "its loops took more turns than its proven worst case has instructions");

    private static GuardScope Current => RunContext.Current.Guards
        ?? throw new InvalidOperationException("Guarded code runs without its scope.");

    private int MapCount => program.Maps.Length;

    private GuardTrippedException Tripped(int instruction, GuardKind kind, string found) => new(program.Name, instruction, kind, found);

    private void Check(CallFrame* frame, long address, long size, bool writes, int instruction)
    {
        bool isThere = size == 0
            || IsInStack(frame, address, size)
            || (!writes && (IsInContext(frame, address, size) || IsIndex(frame, address, size)))
            || IsInMap(frame, address, size, writes);
        if (!isThere)
        {
            throw Tripped(instruction, GuardKind.Memory, $"{size} bytes at 0x{address:x} aren't its own to {(writes ? "write" : "read")}");
        }
    }

    private static bool IsInStack(CallFrame* frame, long address, long size) =>
        Lies(address, size, (long)frame->Stack - StackBytes, StackBytes);

    /// <summary>Whether it is the index of an array that a callback was given as its key.</summary>
    private static bool IsIndex(CallFrame* frame, long address, long size) =>
        Lies(address, size, (long)frame->Indices, CallStack.MostFrames * sizeof(uint));

    private bool IsInMap(CallFrame* frame, long address, long size, bool writes)
    {
        for (int map = 0; map < program.Maps.Length; map++)
        {
            BpfMap held = BpfMap.Of((long)(frame->Maps + map));
            if (writes ? held.HasWritableValues && held.Holds(address, size) : held.Holds(address, size) || held.HoldsKey(address, size))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInContext(CallFrame* frame, long address, long size) => program.Context switch
    {
        ProgramContext.Row => IsInText(frame, address, size),
        ProgramContext.Group group => Lies(address, size, (long)frame->Memory, program.Maps[group.Map].KeySize)
            || Lies(address, size, frame->Length, program.Maps[group.Map].ValueSize),
        ProgramContext.Fields when program.Kind == ProgramKind.Buffer => IsInBuffer((XdpContext*)frame->Memory, address, size),
        _ => false,
    };

    private static bool IsInBuffer(XdpContext* buffer, long address, long size) => Lies(address, size, (long)buffer->Data, buffer->End - buffer->Data);

    private bool IsInText(CallFrame* frame, long address, long size)
    {
        foreach (int field in _texts)
        {
            TextValue* values = (TextValue*)frame->Columns[2 * field];
            if (values is not null && Lies(address, size, values[frame->Record].Data, values[frame->Record].Length))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Lies(long address, long size, long start, long length) =>
        (ulong)size <= (ulong)length && (ulong)(address - start) <= (ulong)(length - size);
}

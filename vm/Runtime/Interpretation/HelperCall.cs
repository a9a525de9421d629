using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NearData.Isa;
using NearData.Isa.Helpers;
using NearData.Isa.Programs;
using NearData.Vm.Functions;
using NearData.Vm.Maps;

namespace NearData.Vm.Interpretation;

/// <summary>
/// One call of a helper by an interpreted program: holds each argument against the helper's signature, puts native addresses in place
/// of virtual ones, calls what compiled code calls, and makes an address that comes back a virtual one again.
/// </summary>
internal unsafe ref struct HelperCall
{
    private const int SpinLockSize = 4;

    private readonly HelperFunction _helper;
    private readonly ReadOnlySpan<ulong> _registers;
    private readonly AddressSpace _memory;
    private readonly int _instruction;
    private readonly int _frames;
    private int _map;
    private HeldRecord? _givenBack;
    private LiveSlice? _slice;
    private int _recordSize;

    /// <param name="helper">What is called.</param>
    /// <param name="registers">The program's.</param>
    /// <param name="memory">What the program can touch.</param>
    /// <param name="instruction">The slot of the call, for faults.</param>
    /// <param name="frames">Stack frames in use.</param>
    public HelperCall(HelperFunction helper, ReadOnlySpan<ulong> registers, AddressSpace memory, int instruction, int frames)
    {
        _helper = helper;
        _registers = registers;
        _memory = memory;
        _instruction = instruction;
        _frames = frames;
    }

    /// <summary>Makes the call; returns r0.</summary>
    /// <exception cref="ExecutionFaultException">An argument is not what the signature says.</exception>
    public ulong Run()
    {
        Span<long> native = stackalloc long[_helper.Signature.Arguments.Length];
        for (int argument = 0; argument < native.Length; argument++)
        {
            native[argument] = Native(argument);
        }

        long result = _helper.Call(native);
        if (_givenBack is { } record)
        {
            _memory.Maps.GiveBack(record);
            _memory.Slices.Forget(record);
        }

        KeepSlice();

        return Virtual(result);
    }

    private readonly HelperSignature Signature => _helper.Signature;

    private readonly BpfMap Map => _memory.Maps[_map];

    private long Native(int argument)
    {
        ulong given = Given(argument);
        switch (Signature.Arguments[argument])
        {
            case ArgumentKind.Scalar or ArgumentKind.Optional:
                return (long)given;
            case ArgumentKind.Context:
                return _memory.Packet is not null && given == Address.Of(Address.Context).Value
                    ? (long)_memory.Packet
                    : throw Refuse(argument, "it takes what a packet program was called with");
            case ArgumentKind.ConstantScalar:
                _recordSize = Size(argument, least: 0);
                return (long)given;
            case ArgumentKind.Size:
                return Size(argument, least: 1);
            case ArgumentKind.SizeOrZero:
                return Size(argument, least: 0);
            case ArgumentKind.Map:
                return FindMap(argument);
            case ArgumentKind.MapKey:
                return Locate(given, Map.Definition.KeySize, AccessIntent.Load);
            case ArgumentKind.MapValue:
                return Locate(given, Map.Definition.ValueSize, AccessIntent.Load);
            case ArgumentKind.MapValueOut:
                return Locate(given, Map.Definition.ValueSize, AccessIntent.Store);
            case ArgumentKind.Memory:
                return Locate(given, Size(argument + 1, least: 0), AccessIntent.Load);
            case ArgumentKind.MemoryOrNull:
                return given == 0 && Given(argument + 1) == 0 ? 0 : Locate(given, Size(argument + 1, least: 0), AccessIntent.Load);
            case ArgumentKind.MemoryOut:
                return Locate(given, Size(argument + 1, least: 0), AccessIntent.Store);
            case ArgumentKind.LongOut or ArgumentKind.NewIterator or ArgumentKind.Iterator:
                return Aligned(argument, sizeof(long), "eight aligned bytes");
            case ArgumentKind.WideOut:
                return Aligned(argument, sizeof(long), 2 * sizeof(long), "sixteen aligned bytes");
            case ArgumentKind.MapMemory:
                return FindMapMemory(argument);
            case ArgumentKind.ConstantSize:
                return Size(argument, least: 0);
            case ArgumentKind.BufferOrNull:
                return given == 0 ? 0 : Locate(given, Size(argument + 1, least: 0), AccessIntent.Store);
            case ArgumentKind.NewSlice:
                return MakeSlice(argument);
            case ArgumentKind.Slice or ArgumentKind.RingSlice:
                return FindSlice(argument);
            case ArgumentKind.ConstantText:
                return Text(argument);
            case ArgumentKind.SpinLock:
                return FindLock(argument);
            case ArgumentKind.RingRecord:
                return FindRecord(argument);
            case ArgumentKind.Result:
                return FindResult(argument);
            default:
                throw new InvalidOperationException($"{Signature.Name}: an argument of kind {Signature.Arguments[argument]} can't be interpreted.");
        }
    }

    private readonly ulong Virtual(long result)
    {
        switch (Signature.Returns)
        {
            case ReturnKind.MapValueOrNull when result != 0 && Map.Definition.Inner is not null:
                int inner = _memory.Maps.Number(BpfMap.Of(result)) ?? throw new ExecutionFaultException(
                    _instruction, FaultKind.UnknownMap, "A lookup of one more inner map", $"one call can reach {Address.MostMaps} maps");
                return Address.Of(Address.FirstMap + inner).Value;
            case ReturnKind.MapValueOrNull when result != 0:
                return ValueAddress(result).Value;
            case ReturnKind.GroupValue:
                ((GroupMap)Map).Current = (byte*)result;
                return ValueAddress(result).Value;
            case ReturnKind.RingRecordOrNull when result != 0:
                Address record = ValueAddress(result);
                _memory.Maps.Hold(new HeldRecord(_map, record.Offset, _recordSize, _instruction));
                return record.Value;
            case ReturnKind.SliceMemoryOrNull or ReturnKind.ReadOnlySliceMemoryOrNull when result != 0:
                return SliceAddress(result).Value;
            case ReturnKind.IteratorNumberOrNull when result != 0:
                return Given(0);
            case ReturnKind.Nothing:
                return 0;
            default:
                return (ulong)result;
        }
    }

    private readonly Address ValueAddress(long native) => Address.Of(
        Address.FirstValues + _map, Map is GroupMap groups ? groups.OffsetOf((byte*)native) : native - (long)Map.Grid.First);

    private readonly ulong Given(int argument) => _registers[Register.R1 + argument];

    private readonly int Size(int argument, int least) => Given(argument) >= (ulong)least && Given(argument) <= int.MaxValue
        ? (int)Given(argument)
        : throw Refuse(argument, $"it takes a size from {least} to {int.MaxValue}");

    private long FindMap(int argument)
    {
        _map = _memory.FindMap(new Address(Given(argument))) ?? throw Refuse(argument, "it takes a map of the program");
        bool changes = Signature.Purity.Changes();
        return !Signature.MapTypes.IsEmpty && !Signature.MapTypes.Contains(Map.Definition.Type)
            ? throw Refuse(argument, $"it doesn't take a map of type {Map.Definition.Type}")
            : changes && !Map.Definition.IsWritableByPrograms
            ? throw Refuse(argument, $"programs can only read map {Map.Definition.Name}")
            : (long)_memory.Maps.Header(_map);
    }

    private readonly long Aligned(int argument, int size, string words) => Aligned(argument, size, size, words);

    private readonly long Aligned(int argument, int alignment, int size, string words) => Given(argument) % (ulong)alignment == 0
        ? Locate(Given(argument), size, AccessIntent.Store)
        : throw Refuse(argument, $"it takes {words}");

    private readonly long Text(int argument)
    {
        Address start = new(Given(argument));
        if (_memory.FindValue(start) is not { Definition.Role: MapRole.ReadOnlyData })
        {
            throw Refuse(argument, "it takes text in read-only data");
        }

        long native = Locate(start.Value, sizeof(byte), AccessIntent.Load);
        for (long at = 0; *(byte*)(native + at) != 0; at++)
        {
            Locate(start.Value + (ulong)at + 1, sizeof(byte), AccessIntent.Load);
        }

        return native;
    }

    private readonly long FindLock(int argument)
    {
        if (_memory.FindValue(new Address(Given(argument))) is null)
        {
            throw Refuse(argument, "it takes a lock in a map's value");
        }

        long native = Aligned(argument, SpinLockSize, "a lock in a map's value");
        bool takes = Signature.Number == LockHelpers.Lock.Number;
        if (takes ? _memory.Maps.Lock is not null : _memory.Maps.Lock?.Native != native)
        {
            throw Refuse(argument, takes ? "the call holds a lock already" : "it takes the lock that the call holds");
        }

        _memory.Maps.HoldLock(takes ? new HeldLock(native, _instruction) : null);
        return native;
    }

    private long FindRecord(int argument)
    {
        Address start = new(Given(argument));
        _givenBack = _memory.Maps.Record(start.Region - Address.FirstValues, start.Offset);
        return _givenBack is { } record && record.Offset == start.Offset
            ? Locate(start.Value, record.Size, AccessIntent.Store)
            : throw Refuse(argument, "it takes a record that was reserved and not given back");
    }

    private readonly Address SliceAddress(long native)
    {
        SliceRecord* record = _memory.Slices.Record(_slice!.Place);
        return record->IsOfPacket
            ? Address.Of(Address.Packet, (byte*)native - _memory.Packet->HardStart)
            : Address.Of(_slice.Start.Region, _slice.Start.Offset + (native - (long)record->Data));
    }

    /// <summary>Memory that is there as long as the call: a record of a ring buffer isn't.</summary>
    private readonly long FindMapMemory(int argument) => _memory.FindValue(new Address(Given(argument))) is { } map and not RingBufferMap
        && map.Definition.IsReadableByPrograms
        ? Locate(Given(argument), Size(argument + 1, least: 0), AccessIntent.Store)
        : throw Refuse(argument, "it takes memory in a map's value");

    /// <summary>Room for a slice, where none is any more.</summary>
    private readonly long MakeSlice(int argument)
    {
        Aligned(argument, sizeof(long), SliceHelpers.Size, "sixteen aligned bytes of the stack");
        return (long)_memory.Slices.Record(StackPlace(argument) ?? throw Refuse(argument, "it takes sixteen aligned bytes of the stack"));
    }

    private long FindSlice(int argument)
    {
        _slice = StackPlace(argument) is { } place ? _memory.Slices.At(place) : null;
        bool isGivenBack = Signature.Arguments[argument] == ArgumentKind.RingSlice;
        if (_slice is null || (isGivenBack && !_slice.IsOfRing))
        {
            throw Refuse(argument, isGivenBack ? "it takes a slice that was reserved in a ring buffer" : "it takes a slice that was made there");
        }

        if (isGivenBack)
        {
            _givenBack = _slice.Record;
            _memory.Slices.Remove(_slice);
        }

        return (long)_memory.Slices.Record(_slice.Place);
    }

    /// <summary>Where on the stack an argument points to; null where it points elsewhere.</summary>
    private readonly int? StackPlace(int argument)
    {
        Address given = new(Given(argument));
        bool isStack = given.Region >= Address.FirstFrame && given.Region < Address.FirstFrame + _frames && given.Offset is >= 0 and < CallStack.FrameSize;
        return isStack ? ((given.Region - Address.FirstFrame) * CallStack.FrameSize) + (int)given.Offset : null;
    }

    /// <summary>Remembers the slice that the helper made, with the record that it holds.</summary>
    private readonly void KeepSlice()
    {
        int argument = Signature.Arguments.IndexOf(ArgumentKind.NewSlice);
        if (argument < 0)
        {
            return;
        }

        int place = StackPlace(argument)!.Value;
        SliceRecord* made = _memory.Slices.Record(place);
        bool isOfRing = Signature.Number == SliceHelpers.Reserve.Number;
        if (!isOfRing || made->Data is null)
        {
            _memory.Slices.Add(new LiveSlice(place, new Address(Given(0)), isOfRing, Record: null));
            return;
        }

        Address start = ValueAddress((long)made->Data);
        HeldRecord record = new(_map, start.Offset, (int)made->Length, _instruction);
        _memory.Maps.Hold(record);
        _memory.Slices.Add(new LiveSlice(place, start, isOfRing, record));
    }

    private readonly long FindResult(int argument)
    {
        ResultUpdate update = Signature.Update!;
        Address start = new(Given(argument));
        ResultField field = new("", (int)start.Offset, update.Type, update.Merge);
        return _memory.FindValue(start) is { Definition.Role: MapRole.Results }
            ? Aligned(argument, field.Alignment, field.Size, "an aligned result")
            : throw Refuse(argument, "it takes a result");
    }

    private readonly long Locate(ulong address, int size, AccessIntent intent) => (long)Unsafe.AsPointer(
        ref MemoryMarshal.GetReference(_memory.Locate(_instruction, new Address(address), size, intent, _frames)));

    private readonly ExecutionFaultException Refuse(int argument, string allowed) => new(
        _instruction, FaultKind.HelperArgument, $"{Signature.Name} gets {new Address(Given(argument))} as argument {argument + 1}", allowed);
}

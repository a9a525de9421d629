using NearData.Vm.Maps;

namespace NearData.Vm.Interpretation;

/// <summary>
/// The maps that one call of a program can reach, by the numbers of their regions: the program's own, then those that it found in maps
/// of maps, in the order in which it did. With them the ring buffers' records that the call holds.
/// </summary>
internal sealed unsafe class MapRegions
{
    private readonly MapSet _program;
    private readonly List<BpfMap> _found = [];
    private readonly Dictionary<BpfMap, int> _numbers = [];
    private readonly List<HeldRecord> _records = [];
    private HeldLock? _lock;

    public MapRegions(MapSet program) => _program = program;

    /// <summary>Maps of the program itself.</summary>
    public int ProgramMaps => int.Min(_program.Maps.Length, Address.MostMaps);

    /// <summary>All maps that have a number.</summary>
    public int Count => ProgramMaps + _found.Count;

    public BpfMap this[int number] => number < ProgramMaps ? _program[number] : _found[number - ProgramMaps];

    /// <summary>The header that a helper gets.</summary>
    public MapHeader* Header(int number) => number < ProgramMaps ? _program.Headers + number : this[number].Header;

    /// <summary>The lock that the call holds, or null.</summary>
    public HeldLock? Lock => _lock;

    /// <summary>Forgets what the last call found.</summary>
    public void Start()
    {
        _found.Clear();
        _numbers.Clear();
    }

    /// <summary>
    /// To be called when a call has ended: gives back what it kept, since others wait for that, and returns why it may not; null
    /// where it kept nothing.
    /// </summary>
    public ExecutionFaultException? End()
    {
        ExecutionFaultException? fault = null;
        if (_lock is { } kept)
        {
            NativeLock.Exit((int*)kept.Native);
            fault = new(kept.Instruction, FaultKind.NotGivenBack, "A lock is taken and kept", "a call gives back what it took");
            _lock = null;
        }

        foreach (HeldRecord record in _records)
        {
            ByteRing.Discard(this[record.Map].Grid.First + record.Offset);
            fault ??= new(
                record.Instruction,
                FaultKind.NotGivenBack,
                $"A record of ring buffer {this[record.Map].Definition.Name} is reserved and kept",
                "a call gives back what it took");
        }

        _records.Clear();
        return fault;
    }

    /// <summary>Remembers the lock that the call took; null once it gave it back.</summary>
    public void HoldLock(HeldLock? taken) => _lock = taken;

    /// <summary>The number of a map that was found in another; null where all numbers are taken.</summary>
    public int? Number(BpfMap map)
    {
        if (_numbers.TryGetValue(map, out int number))
        {
            return number;
        }

        if (Count == Address.MostMaps)
        {
            return null;
        }

        _numbers[map] = number = Count;
        _found.Add(map);
        return number;
    }

    /// <summary>Makes a record's bytes memory of the call.</summary>
    public void Hold(HeldRecord record) => _records.Add(record);

    /// <summary>Ends what <see cref="Hold"/> began.</summary>
    public void GiveBack(HeldRecord record) => _records.Remove(record);

    /// <summary>The record that an offset in a ring buffer's values lies in, or null.</summary>
    public HeldRecord? Record(int map, long offset)
    {
        foreach (HeldRecord record in _records)
        {
            if (record.Map == map && offset >= record.Offset && offset < record.Offset + record.Size)
            {
                return record;
            }
        }

        return null;
    }
}

/// <summary>A record that the call has reserved in a ring buffer and not given back.</summary>
/// <param name="Map">The ring buffer's number.</param>
/// <param name="Offset">Where the record starts in the ring buffer's memory.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Instruction">The slot that reserved it.</param>
internal readonly record struct HeldRecord(int Map, long Offset, int Size, int Instruction);

/// <summary>A lock that the call has taken and not given back.</summary>
/// <param name="Native">Its address in this process.</param>
/// <param name="Instruction">The slot that took it.</param>
internal readonly record struct HeldLock(long Native, int Instruction);

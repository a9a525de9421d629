using System.Collections.Immutable;
using NearData.Isa.Programs;
using NearData.Vm.Memory;

namespace NearData.Vm.Maps;

/// <summary>
/// The maps of an object, which all of its programs may run over. Values don't move while this lives. Making and disposing it is
/// one thread's business; the maps themselves say what threads may do with them.
/// </summary>
public sealed unsafe class MapSet : IDisposable
{
    private readonly BpfMap[] _maps;
    private readonly bool[] _lent;
    private readonly AlignedMemory _headers;
    private readonly FrozenMaps? _inputs;

    /// <summary>Maps filled with their initial values.</summary>
    /// <param name="maps">What they are.</param>
    /// <param name="budget">Whose memory they take; null for a budget of their own.</param>
    /// <param name="cpus">CPUs that there may be: values of each entry of a per-CPU map (<see cref="RunContext.Processor"/>).</param>
    /// <exception cref="MapMemoryException">A definition means nothing, or the maps are too large.</exception>
    public MapSet(ImmutableArray<MapDefinition> maps, MemoryBudget? budget = null, int cpus = 1)
        : this(maps, budget ?? new MemoryBudget(), cpus, parameters: null, frozen: null)
    {
    }

    internal MapSet(
        ImmutableArray<MapDefinition> maps, MemoryBudget budget, int cpus, ParameterValues? parameters, IReadOnlyDictionary<string, GroupMap>? frozen)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cpus);
        Maps = maps;
        _inputs = parameters?.Inputs;
        _maps = new BpfMap[maps.Length];
        _lent = new bool[maps.Length];
        try
        {
            for (int map = 0; map < maps.Length; map++)
            {
                _lent[map] = frozen is not null && maps[map].IsFrozenGroups;
                _maps[map] = _lent[map] ? Frozen(maps[map], frozen!)
                    : map == parameters?.Query.ParametersMap
                    ? new ArrayMap(maps[map], parameters.ReadOnlyData)
                    : _inputs?[map] ?? MapFactory.Create(maps[map], budget, cpus);
            }

            FillSlots();
        }
        catch (MapMemoryException)
        {
            DisposeMaps();
            throw;
        }

        _headers = new AlignedMemory((long)sizeof(MapHeader) * maps.Length);
        for (int map = 0; map < maps.Length; map++)
        {
            Headers[map] = *_maps[map].Header;
        }
    }

    /// <summary>What the maps are.</summary>
    public ImmutableArray<MapDefinition> Maps { get; }

    /// <summary>One header for each map: copies, since compiled code counts on their distance.</summary>
    internal MapHeader* Headers => (MapHeader*)_headers.Start;

    /// <summary>One of the maps.</summary>
    public BpfMap this[int map] => _maps[map];

    /// <summary>The bytes of one entry of an array.</summary>
    public Span<byte> Value(int map, int entry) => _maps[map].Value(entry);

    public void Dispose()
    {
        DisposeMaps();
        _headers.Dispose();
    }

    private static GroupMap Frozen(MapDefinition map, IReadOnlyDictionary<string, GroupMap> frozen) =>
        frozen.GetValueOrDefault(map.Name) is { } groups && groups.Definition.Group!.IsLike(map.Group!)
            ? groups
            : throw new MapMemoryException(map.Name, "No earlier stage has groups of this name with the same key and members.");

    private void FillSlots()
    {
        foreach (BpfMap map in _maps)
        {
            foreach (MapSlot slot in map.Definition.Slots)
            {
                MapError refused = map switch
                {
                    MapOfMaps maps => maps.Set(BitConverter.GetBytes(slot.Index), Find(map.Definition, slot)),
                    ProgramArrayMap programs => programs.Set((uint)slot.Index, slot.Target),
                    _ => MapError.NotSupported,
                };
                if (refused != MapError.None)
                {
                    throw new MapMemoryException(map.Definition.Name, $"Its entry {slot.Index} can't be {slot.Target}: {refused}.");
                }
            }
        }
    }

    private BpfMap Find(MapDefinition outer, MapSlot slot) =>
        _maps.FirstOrDefault(map => string.Equals(map.Definition.Name, slot.Target, StringComparison.Ordinal))
            ?? throw new MapMemoryException(outer.Name, $"Its entry {slot.Index} is {slot.Target}, and there is no such map.");

    // Maps of maps first: they lead to the others. Inputs are other executions' too.
    private void DisposeMaps()
    {
        foreach (BpfMap? map in _maps.Where((_, index) => _inputs?[index] is null && !_lent[index]).OrderByDescending(map => map is MapOfMaps))
        {
            map?.Dispose();
        }
    }
}

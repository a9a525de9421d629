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
    private readonly AlignedMemory _headers;

    /// <summary>Maps filled with their initial values.</summary>
    /// <param name="maps">What they are.</param>
    /// <param name="budget">Whose memory they take; null for a budget of their own.</param>
    /// <exception cref="MapMemoryException">A definition means nothing, or the maps are too large.</exception>
    public MapSet(ImmutableArray<MapDefinition> maps, MemoryBudget? budget = null)
        : this(maps, budget ?? new MemoryBudget(), parameters: null)
    {
    }

    internal MapSet(ImmutableArray<MapDefinition> maps, MemoryBudget budget, ParameterValues? parameters)
    {
        Maps = maps;
        _maps = new BpfMap[maps.Length];
        try
        {
            for (int map = 0; map < maps.Length; map++)
            {
                _maps[map] = map == parameters?.Query.ParametersMap
                    ? new ArrayMap(maps[map], parameters.ReadOnlyData)
                    : MapFactory.Create(maps[map], budget);
            }
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

    private void DisposeMaps()
    {
        foreach (BpfMap? map in _maps)
        {
            map?.Dispose();
        }
    }
}

using NearData.Isa.Programs;

namespace NearData.Vm.Maps;

/// <summary>Makes a map of each type.</summary>
internal static class MapFactory
{
    /// <param name="definition">What it is.</param>
    /// <param name="budget">Whose memory it takes.</param>
    /// <param name="cpus">CPUs that there may be.</param>
    /// <exception cref="MapMemoryException">The definition means nothing, or is too large for the budget.</exception>
    public static BpfMap Create(MapDefinition definition, MemoryBudget budget, int cpus)
    {
        if (definition is { Type: MapType.PerfEventArray, MaxEntries: 0 })
        {
            // Its author left it to whoever makes it, as libbpf's users do.
            definition = definition with { MaxEntries = cpus };
        }

        MapRules.Check(definition);
        return definition.Type switch
        {
            MapType.Array => new ArrayMap(definition, budget, cpus: 1),
            MapType.PerCpuArray => new ArrayMap(definition, budget, cpus),
            MapType.Hash or MapType.PerCpuHash => new HashMap(definition, budget, cpus),
            MapType.LruHash or MapType.LruPerCpuHash => new LruHashMap(definition, budget, cpus),
            MapType.LpmTrie => new LpmTrieMap(definition, budget),
            MapType.ArrayOfMaps or MapType.HashOfMaps => new MapOfMaps(definition, budget, cpus),
            MapType.ProgramArray => new ProgramArrayMap(definition, budget),
            MapType.PerfEventArray => new PerfEventArrayMap(definition, budget, cpus),
            MapType.RingBuffer => new RingBufferMap(definition, budget),
            MapType.Queue or MapType.Stack => new QueueMap(definition, budget),
            MapType.Groups => new GroupMap(definition, budget),
            MapType.BloomFilter => new BloomFilterMap(definition, budget),
            MapType.DevMap or MapType.DevMapHash or MapType.CpuMap or MapType.XskMap => new TargetMap(definition, budget, cpus),
            _ => throw new MapMemoryException(definition.Name, $"There are no maps of type {(int)definition.Type}."),
        };
    }
}

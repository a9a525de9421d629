namespace NearData.Isa.Programs;

/// <summary>What <see cref="MapDefinition.Flags"/> is made of: the kernel's numbers (<c>linux/bpf.h</c>).</summary>
public static class MapFlags
{
    /// <summary><c>BPF_F_NO_PREALLOC</c>. Memory is taken as a whole all the same; pages that no element uses cost nothing.</summary>
    public const uint NoPreallocation = 1u << 0;

    /// <summary><c>BPF_F_NO_COMMON_LRU</c>: a list for each CPU. There is one list all the same.</summary>
    public const uint NoCommonLru = 1u << 1;

    /// <summary><c>BPF_F_NUMA_NODE</c>: memory is taken where the system puts it all the same.</summary>
    public const uint NumaNode = 1u << 2;

    /// <summary><c>BPF_F_RDONLY</c>: the host can't write.</summary>
    public const uint ReadOnlyForHost = 1u << 3;

    /// <summary><c>BPF_F_WRONLY</c>: the host can't read.</summary>
    public const uint WriteOnlyForHost = 1u << 4;

    /// <summary><c>BPF_F_ZERO_SEED</c>: keys hash to the same numbers in every map.</summary>
    public const uint ZeroSeed = 1u << 6;

    /// <summary><c>BPF_F_RDONLY_PROG</c>: programs can't write.</summary>
    public const uint ReadOnlyForPrograms = 1u << 7;

    /// <summary><c>BPF_F_WRONLY_PROG</c>: programs can't read.</summary>
    public const uint WriteOnlyForPrograms = 1u << 8;

    /// <summary><c>BPF_F_MMAPABLE</c>. Every map's memory is this process's own.</summary>
    public const uint Mappable = 1u << 10;

    /// <summary><c>BPF_F_INNER_MAP</c>: an inner array may have another number of entries than its outer map says.</summary>
    public const uint InnerMap = 1u << 12;

    /// <summary>Who may do what.</summary>
    public const uint Access = ReadOnlyForHost | WriteOnlyForHost | ReadOnlyForPrograms | WriteOnlyForPrograms;
}

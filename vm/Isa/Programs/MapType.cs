namespace NearData.Isa.Programs;

/// <summary>A map's type, under the kernel's number (<c>enum bpf_map_type</c>).</summary>
public enum MapType
{
    Hash = 1,
    Array = 2,
    ProgramArray = 3,
    PerfEventArray = 4,
    PerCpuHash = 5,
    PerCpuArray = 6,
    LruHash = 9,
    LruPerCpuHash = 10,
    LpmTrie = 11,
    ArrayOfMaps = 12,
    HashOfMaps = 13,
    DevMap = 14,
    CpuMap = 16,
    XskMap = 17,
    Queue = 22,
    Stack = 23,
    DevMapHash = 25,
    RingBuffer = 27,
    BloomFilter = 30,

    /// <summary>Groups of records, of a query: no type of the kernel's (docs/abi.md).</summary>
    Groups = 10_000,
}

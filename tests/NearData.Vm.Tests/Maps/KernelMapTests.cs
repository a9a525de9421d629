using System.Buffers.Binary;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Vm.Maps;

namespace NearData.Vm.Tests.Maps;

/// <summary>Random operations on a map here and on the same one in the kernel: results, error codes and contents are equal.</summary>
public sealed class KernelMapTests
{
    private const int Steps = 1500;

    private static readonly Dictionary<string, MapDefinition> Definitions = new MapDefinition[]
    {
        Define("array", MapType.Array, 4, 12, 5),
        Define("array_1", MapType.Array, 4, 1, 1),
        Define("percpu_array", MapType.PerCpuArray, 4, 12, 5),
        Define("hash", MapType.Hash, 4, 8, 7),
        Define("hash_1", MapType.Hash, 1, 3, 1),
        Define("hash_wide", MapType.Hash, 20, 33, 40),
        Define("hash_lazy", MapType.Hash, 8, 8, 9) with { Flags = MapFlags.NoPreallocation },
        Define("array_lock", MapType.Array, 4, 16, 5) with { SpinLockOffset = 8 },
        Define("hash_lock", MapType.Hash, 4, 12, 9) with { SpinLockOffset = 0 },
        Define("percpu_hash", MapType.PerCpuHash, 8, 12, 6),
        Define("lpm_v4", MapType.LpmTrie, 8, 8, 12) with { Flags = MapFlags.NoPreallocation },
        Define("lpm_v6", MapType.LpmTrie, 20, 4, 30) with { Flags = MapFlags.NoPreallocation },
        Define("lpm_byte", MapType.LpmTrie, 5, 1, 300) with { Flags = MapFlags.NoPreallocation },
        Define("queue", MapType.Queue, 0, 6, 4),
        Define("stack", MapType.Stack, 0, 8, 4),
    }.ToDictionary(definition => definition.Name, StringComparer.Ordinal);

    public static TheoryData<string, int> Cases
    {
        get
        {
            TheoryData<string, int> cases = [];
            foreach (string name in Definitions.Keys)
            {
                cases.Add(name, 1);
                cases.Add(name, 2);
            }

            return cases;
        }
    }

    [TheoryNeeding(Needs.KernelBpf)]
    [MemberData(nameof(Cases))]
    public void A_map_does_what_the_kernels_does(string name, int seed)
    {
        Random random = new(seed);
        using MapPair pair = new(Definitions[name]);
        byte[][] keys = Keys(pair.Definition, random);
        for (int number = 0; number < Steps; number++)
        {
            Step(pair, keys, random, $"{name}, seed {seed}, step {number}");
        }
    }

    [FactNeeding(Needs.KernelBpf)]
    public void A_bloom_filter_finds_all_that_the_kernels_was_given_and_refuses_what_it_refuses()
    {
        using MapPair pair = new(Define("bloom", MapType.BloomFilter, 0, 8, 100) with { Extra = 3 });
        for (long value = 0; value < 100; value++)
        {
            pair.Update([], BitConverter.GetBytes(value), UpdateFlags.Any, "adding");
            byte[] asked = BitConverter.GetBytes(value);
            Assert.Equal(MapError.None, pair.Ours.Lookup([], asked));
            Assert.Equal(value, BitConverter.ToInt64(asked));
        }

        pair.Update([], new byte[8], UpdateFlags.NoExist, "with a flag");
        pair.Delete([], "deleting");
        pair.NextKey(null, "asking for keys");
        int found = Enumerable.Range(1000, 10_000).Count(value => pair.Ours.Lookup([], BitConverter.GetBytes((long)value)) == MapError.None);
        Assert.InRange(found, 0, 2500);
    }

    [FactNeeding(Needs.KernelBpf)]
    public void A_ring_buffer_has_no_elements_for_the_host_as_in_the_kernel()
    {
        using MapPair pair = new(Define("ring", MapType.RingBuffer, 0, 0, 4096));
        pair.Update([], [], UpdateFlags.Any, "update");
        pair.Delete([], "delete");
        pair.Lookup([], 0, "lookup");
    }

    [TheoryNeeding(Needs.KernelBpf)]
    [InlineData(MapType.Array, 8, 8, 1, 0u)]
    [InlineData(MapType.Array, 4, 0, 1, 0u)]
    [InlineData(MapType.Array, 4, 8, 0, 0u)]
    [InlineData(MapType.Array, 4, 8, 1, MapFlags.NoPreallocation)]
    [InlineData(MapType.Array, 4, 8, 1, MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms)]
    [InlineData(MapType.PerCpuArray, 4, 8, 1, MapFlags.Mappable)]
    [InlineData(MapType.Hash, 0, 8, 1, 0u)]
    [InlineData(MapType.Hash, 8, 0, 1, 0u)]
    [InlineData(MapType.Hash, 8, 8, 0, 0u)]
    [InlineData(MapType.Hash, 8, 8, 1, MapFlags.NoCommonLru)]
    [InlineData(MapType.LruHash, 8, 8, 1, MapFlags.NoPreallocation)]
    [InlineData(MapType.LpmTrie, 8, 8, 1, 0u)]
    [InlineData(MapType.LpmTrie, 4, 8, 1, MapFlags.NoPreallocation)]
    [InlineData(MapType.LpmTrie, 261, 8, 1, MapFlags.NoPreallocation)]
    [InlineData(MapType.Queue, 4, 8, 1, 0u)]
    [InlineData(MapType.Stack, 0, 8, 0, 0u)]
    [InlineData(MapType.BloomFilter, 4, 8, 1, 0u)]
    [InlineData(MapType.RingBuffer, 0, 0, 4095, 0u)]
    [InlineData(MapType.RingBuffer, 0, 0, 12288, 0u)]
    [InlineData(MapType.RingBuffer, 0, 8, 4096, 0u)]
    [InlineData(MapType.ProgramArray, 4, 8, 1, 0u)]
    [InlineData(MapType.PerfEventArray, 8, 4, 1, 0u)]
    [InlineData(MapType.DevMap, 4, 6, 1, 0u)]
    [InlineData(MapType.DevMap, 8, 4, 1, 0u)]
    [InlineData(MapType.CpuMap, 4, 12, 1, 0u)]
    [InlineData(MapType.XskMap, 4, 8, 1, 0u)]
    public void What_the_kernel_does_not_make_is_not_made_here(MapType type, int keySize, int valueSize, int entries, uint flags)
    {
        MapDefinition definition = Define("map", type, keySize, valueSize, entries) with { Flags = flags };
        Assert.Throws<KernelException>(() => KernelMap.Create(definition));
        Assert.Equal("map", Assert.Throws<MapMemoryException>(() => new MapSet([definition])).Map);
    }

    private static MapDefinition Define(string name, MapType type, int keySize, int valueSize, int entries) =>
        new(name, MapRole.Declared, type, keySize, valueSize, entries, InitialValue: []);

    // A few more keys than there is room for, so that each is often there and the map often full.
    private static byte[][] Keys(MapDefinition definition, Random random) => definition.Type switch
    {
        MapType.Array or MapType.PerCpuArray =>
            [.. Enumerable.Range(0, definition.MaxEntries + 2).Append(-1).Select(index => BitConverter.GetBytes(index))],
        MapType.LpmTrie => [.. Enumerable.Range(0, definition.MaxEntries * 3 / 2).Select(_ => Prefix(definition, random))],
        MapType.Queue or MapType.Stack => [[]],
        _ => [.. Enumerable.Range(0, (definition.MaxEntries * 3 / 2) + 1).Select(_ => Bytes(definition.KeySize, random))],
    };

    // Few different bytes, so that prefixes share much; sometimes longer than there are bits.
    private static byte[] Prefix(MapDefinition definition, Random random)
    {
        byte[] key = new byte[definition.KeySize];
        int bits = (definition.KeySize - sizeof(uint)) * 8;
        BinaryPrimitives.WriteInt32LittleEndian(key, random.Next(20) == 0 ? bits + random.Next(1, 3) : random.Next(bits + 1));
        for (int at = sizeof(uint); at < key.Length; at++)
        {
            key[at] = (byte)(bits == 8 ? random.Next(256) : random.Next(8) == 0 ? random.Next(256) : 0xa8);
        }

        return key;
    }

    private static byte[] Bytes(int size, Random random)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Step(MapPair pair, byte[][] keys, Random random, string step)
    {
        byte[] key = keys[random.Next(keys.Length)];
        bool hasKeys = pair.Definition.KeySize > 0;
        bool isOrdered = pair.Definition.Type is MapType.Array or MapType.PerCpuArray or MapType.LpmTrie or MapType.Queue or MapType.Stack;
        bool isHash = pair.Definition.Type is MapType.Hash or MapType.PerCpuHash;
        switch (random.Next(hasKeys ? 14 : 8))
        {
            case 0 or 1 or 2 or 3:
                ulong flags = random.Next(12) == 0 ? 4UL << random.Next(28) : (ulong)random.Next(4);
                pair.Update(key, Bytes(pair.Ours.HostValueSize, random), flags, $"{step}, update with {flags}");
                break;
            case 4:
                pair.Delete(key, $"{step}, delete");
                break;
            case 5:
                pair.Lookup(key, random.Next(4) == 0 ? UpdateFlags.Lock : 0, $"{step}, lookup");
                break;
            case 6 when isOrdered:
                pair.NextKey(random.Next(4) == 0 ? null : key, $"{step}, next key");
                break;
            case 7:
                pair.LookupAndDelete(key, $"{step}, lookup and delete");
                break;
            case 8 when random.Next(10) == 0:
                pair.Entries($"{step}, all entries");
                break;
            case 9 when random.Next(10) == 0:
                pair.Batches(keys.Length, BatchFate.Kept, $"{step}, batches");
                break;
            case 10 when isHash && random.Next(10) == 0:
                pair.Batches(keys.Length, BatchFate.Deleted, $"{step}, batches deleted");
                break;
            case 11 when random.Next(4) == 0:
                byte[][] some = [.. keys.Where(_ => random.Next(2) == 0)];
                pair.UpdateBatch(some, [.. some.Select(_ => Bytes(pair.Ours.HostValueSize, random))], $"{step}, batch updated");
                break;
            case 12 when random.Next(8) == 0 && (isHash || pair.Definition.Type == MapType.LpmTrie):
                pair.DeleteBatch([.. keys.Where(_ => random.Next(3) == 0)], $"{step}, batch deleted");
                break;
            default:
                pair.Lookup(key, random.Next(4) == 0 ? UpdateFlags.Lock : 0, $"{step}, lookup");
                break;
        }
    }
}

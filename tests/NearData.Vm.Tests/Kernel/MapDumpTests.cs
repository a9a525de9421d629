using System.Text.Json;
using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf.Values;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier;
using NearData.Vm.Maps;
using NearData.Vm.Packets;

namespace NearData.Vm.Tests.Kernel;

/// <summary>What a program leaves in its maps is shown as <c>bpftool map dump</c> shows it for the same program in the kernel.</summary>
public sealed class MapDumpTests
{
    private const string Source = """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        enum protocol { OTHER, IP = 0x0800, ARP = 0x0806 };
        struct flow { __u32 address; unsigned short port; char interface[6]; };
        struct counters {
            __u64 packets, bytes; struct { __u8 ttl; __s16 delta; } last[2]; enum protocol protocol; unsigned flags : 3, queue : 10, rest : 19;
            char name[8]; _Bool seen; union { __u32 word; __u8 parts[4]; }; __s32 grid[2][2];
        };
        struct prefix { __u32 length; __u8 address[4]; };
        #define MAP(name, kind, n, k, v) struct { __uint(type, BPF_MAP_TYPE_##kind); __uint(max_entries, n); __type(key, k); __type(value, v); } name SEC(".maps")
        MAP(flows, HASH, 16, struct flow, struct counters);
        MAP(recent, LRU_HASH, 16, __u16, enum protocol);
        MAP(table, ARRAY, 3, __u32, struct counters);
        MAP(each_cpu, PERCPU_ARRAY, 2, __u32, struct counters);
        MAP(each_flow, PERCPU_HASH, 4, struct flow, __s32);
        struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(max_entries, 8); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct prefix); __type(value, __s64); } routes SEC(".maps");
        long runs; struct counters latest = { .name = "none" };
        static void fill(struct counters *to, unsigned char *data, __u64 length)
        {
            to->packets += 1; to->bytes += length; to->last[1].ttl = data[8]; to->last[1].delta = -data[9]; to->protocol = data[12] << 8 | data[13];
            to->flags = data[0]; to->queue = data[1] * 5; to->rest = data[2] * 1000; to->seen = 1; to->word = 0x04030201; to->grid[1][0] = -data[3];
            __builtin_memcpy(to->name, "ab\"c", 5);
        }
        SEC("xdp") int count(struct xdp_md *ctx)
        {
            unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
            if (data + 14 > end)
                return XDP_DROP;
            struct counters zero = {}; fill(&zero, data, end - data); fill(&latest, data, end - data);
            struct flow flow = { .address = data[6], .port = data[7], .interface = "eth0" };
            bpf_map_update_elem(&flows, &flow, &zero, BPF_ANY);
            flow.interface[4] = 7; bpf_map_update_elem(&flows, &flow, &zero, BPF_ANY);
            __u16 ether = data[12] << 8 | data[13]; enum protocol protocol = ether; bpf_map_update_elem(&recent, &ether, &protocol, BPF_ANY);
            ether = 9; protocol = 77; bpf_map_update_elem(&recent, &ether, &protocol, BPF_ANY);
            __u32 key = 1; struct counters *found = bpf_map_lookup_elem(&table, &key); if (found) fill(found, data, end - data);
            found = bpf_map_lookup_elem(&each_cpu, &key); if (found) fill(found, data, end - data);
            __s32 minus = -5; bpf_map_update_elem(&each_flow, &flow, &minus, BPF_ANY);
            struct prefix prefix = { 24, { 10, 1, 2, 0 } }; __s64 hop = -1; bpf_map_update_elem(&routes, &prefix, &hop, BPF_ANY);
            prefix.length = 16; bpf_map_update_elem(&routes, &prefix, &hop, BPF_ANY);
            runs++;
            return XDP_PASS;
        }
        char LICENSE[] SEC("license") = "GPL";
        """;

    [TheoryNeeding(Needs.Clang19 | Needs.KernelThroughBpftool)]
    [InlineData(true)]
    [InlineData(false)]
    public void Maps_of_all_types_that_hold_values_are_dumped_as_the_kernel_s(bool isCompiled)
    {
        byte[] elf = Clang.Compile(Source);
        byte[] packet = [5, 100, 20, 9, 0, 0, 200, 80, 64, 3, 0, 0, 0x08, 0x06, 1, 2, 3, 4];
        using KernelLoad kernel = new(elf);
        BpfObject ours = BpfObject.Read(elf);
        Program program = ours.Programs.Single();
        using MapSet maps = new(program.Maps, cpus: PossibleCpus.Count);
        RunContext.Current.Processor = 0;

        for (int run = 0; run < 3; run++)
        {
            packet[7]++;
            kernel.Run("count", packet);
            using PacketMemory memory = new(packet);
            _ = isCompiled ? memory.Run(CompiledPacketProgram.Compile(ProgramVerifier.Verify(program)), maps) : memory.Run(new Interpreter(program, maps));
        }

        JsonElement[] theirs = [.. kernel.Maps()];
        Assert.Equal(program.Maps.Length, theirs.Length);
        foreach ((int index, JsonElement map) in program.Maps.Select((map, index) => (index, theirs.Single(it => Named(map, it)))))
        {
            // Sections without types are bytes to both.
            bool isDescribed = program.Maps[index].ValueTypeId != 0;
            Assert.Equal(
                KernelLoad.DumpMap(map).EnumerateArray().Select(entry => isDescribed ? Normal(entry.GetProperty("formatted")) : Bytes(entry)).Order(StringComparer.Ordinal),
                MapDump.Of(maps[index], ours.Types)
                    .Select(entry => isDescribed ? Normal(BtfValueText.ToJson(entry.Meaning)) : Convert.ToHexStringLower(entry.Entry.Value))
                    .Order(StringComparer.Ordinal));
        }
    }

    /// <summary>The kernel's names of data sections begin with the object's, and are cut.</summary>
    private static bool Named(MapDefinition ours, JsonElement theirs) => ours.Role == MapRole.Declared
        ? theirs.GetProperty("name").GetString() == ours.Name
        : theirs.GetProperty("name").GetString()!.EndsWith(ours.Name, StringComparison.Ordinal);

    private static string Bytes(JsonElement entry) =>
        string.Concat(entry.GetProperty("value").EnumerateArray().Select(digits => digits.GetString()![2..]));

    private static string Normal(JsonElement json) => JsonSerializer.Serialize(json);
}

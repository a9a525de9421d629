using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.Verifier.Rejections;
using NearData.Verifier.Tests.Soundness;

namespace NearData.Verifier.Tests;

/// <summary>Packet programs as their authors write them, compiled as they compile them; and the mistakes that they make.</summary>
public sealed class CompiledPacketProgramTests
{
    private const string Header = """
        #include <linux/bpf.h>
        #include <linux/if_ether.h>
        #include <linux/ip.h>
        #include <linux/udp.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_endian.h>
        struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 64); __type(key, __u32); __type(value, __u64); } counts SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64[4]); } table SEC(".maps");
        struct vlan { __be16 tci, proto; };

        """;

    private static readonly (string Name, string Code)[] Accepted =
    [
        ("port of a datagram", """
            SEC("xdp") int run(struct xdp_md *c) {
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                struct ethhdr *e = data;
                if ((void *)(e + 1) > end || e->h_proto != bpf_htons(ETH_P_IP)) return XDP_PASS;
                struct iphdr *ip = (void *)(e + 1);
                if ((void *)(ip + 1) > end || ip->protocol != 17) return XDP_PASS;
                struct udphdr *u = (void *)ip + ip->ihl * 4;
                if ((void *)(u + 1) > end) return XDP_PASS;
                return u->dest == bpf_htons(53) ? XDP_DROP : XDP_PASS;
            }
            """),
        ("tags in a loop", """
            SEC("xdp") int run(struct xdp_md *c) {
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                struct ethhdr *e = data;
                if ((void *)(e + 1) > end) return XDP_PASS;
                __be16 proto = e->h_proto;
                void *at = e + 1;
            #pragma clang loop unroll(disable)
                for (int i = 0; i < 6 && proto == bpf_htons(0x8100); i++) {
                    struct vlan *v = at;
                    if ((void *)(v + 1) > end) return XDP_PASS;
                    proto = v->proto;
                    at = v + 1;
                }
                struct iphdr *ip = at;
                if ((void *)(ip + 1) > end) return XDP_PASS;
                return ip->ttl < 2 ? XDP_DROP : XDP_PASS;
            }
            """),
        ("a count by address", """
            SEC("xdp") int run(struct xdp_md *c) {
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                if (data + 34 > end) return XDP_PASS;
                __u32 key = *(__u32 *)(data + 26);
                __u64 one = 1, *value = bpf_map_lookup_elem(&counts, &key);
                if (value) __sync_fetch_and_add(value, 1);
                else bpf_map_update_elem(&counts, &key, &one, BPF_ANY);
                return XDP_PASS;
            }
            """),
        ("two counters under a lock", """
            struct pair { __u64 packets; struct bpf_spin_lock lock; __u64 bytes; };
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct pair); } pairs SEC(".maps");
            SEC("xdp") int run(struct xdp_md *c) {
                __u32 key = 0;
                struct pair *pair = bpf_map_lookup_elem(&pairs, &key);
                if (!pair) return XDP_ABORTED;
                bpf_spin_lock(&pair->lock);
                pair->packets++;
                pair->bytes += (void *)(long)c->data_end - (void *)(long)c->data;
                bpf_spin_unlock(&pair->lock);
                return XDP_PASS;
            }
            """),
        ("an iterator over numbers", """
            struct bpf_iter_num { __u64 __opaque[1]; } __attribute__((aligned(8)));
            extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
            extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
            extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;
            SEC("xdp") int run(struct xdp_md *c) {
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                struct bpf_iter_num it;
                __u32 sum = 0;
                int *i;
                bpf_iter_num_new(&it, 0, c->rx_queue_index + 100);
                while ((i = bpf_iter_num_next(&it))) {
                    __u32 at = *i;
                    if (at > 1000 || data + at + 1 > end) break;
                    sum += *(__u8 *)(data + at);
                }
                bpf_iter_num_destroy(&it);
                return sum & 1 ? XDP_DROP : XDP_PASS;
            }
            """),
        ("an index with a mask", """
            SEC("xdp") int run(struct xdp_md *c) {
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                if (data + 15 > end) return XDP_PASS;
                __u32 key = 1;
                __u64 *value = bpf_map_lookup_elem(&table, &key);
                if (!value) return XDP_ABORTED;
                value[*(__u8 *)(data + 14) & 3]++;
                return XDP_PASS;
            }
            """),
        ("a function over the packet", """
            static __attribute__((noinline)) int ttl(void *at, void *end) {
                struct iphdr *ip = at;
                if ((void *)(ip + 1) > end) return -1;
                return ip->ttl;
            }
            SEC("xdp") int run(struct xdp_md *c) {
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                int found = ttl(data + 14, end);
                return found < 0 ? XDP_ABORTED : found < 2 ? XDP_DROP : XDP_PASS;
            }
            """),
        ("a sum over the packet", """
            SEC("xdp") int run(struct xdp_md *c) {
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                __u32 sum = 0;
            #pragma clang loop unroll(disable)
                for (int i = 0; i < 64; i++) {
                    if (data + i + 1 > end) break;
                    sum += data[i];
                }
                return sum & 1 ? XDP_DROP : XDP_PASS;
            }
            """),
        ("a loop helper", """
            struct state { __u64 sum; __u32 last; };
            static long step(__u32 index, void *context) {
                struct state *s = context;
                s->sum += index;
                s->last = index;
                return s->sum > 100;
            }
            SEC("xdp") int run(struct xdp_md *c) {
                struct state s = {};
                bpf_loop(c->ingress_ifindex, step, &s, 0);
                return s.sum & 1 ? XDP_DROP : XDP_PASS;
            }
            """),
        ("room in front", """
            SEC("xdp") int run(struct xdp_md *c) {
                if (bpf_xdp_adjust_head(c, -14)) return XDP_ABORTED;
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                if (data + 28 > end) return XDP_ABORTED;
                __builtin_memmove(data, data + 14, 14);
                return XDP_TX;
            }
            """),
        ("a length with a bound", """
            SEC("xdp") int run(struct xdp_md *c) {
                char buffer[64] = {};
                void *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                if (data + 1 > end) return XDP_PASS;
                __u32 length = *(__u8 *)data;
                if (length == 0 || length > sizeof(buffer)) return XDP_PASS;
                if (bpf_xdp_load_bytes(c, 0, buffer, length)) return XDP_PASS;
                return buffer[length - 1] == 1 ? XDP_DROP : XDP_PASS;
            }
            """),
        ("a classifier", """
            SEC("tc") int run(struct __sk_buff *s) {
                void *data = (void *)(long)s->data, *end = (void *)(long)s->data_end;
                if (data + sizeof(struct ethhdr) > end) return 0;
                s->mark = ((struct ethhdr *)data)->h_proto;
                return 0;
            }
            """),
    ];

    private static readonly (string Name, string Code, string Rejected)[] Refused =
    [
        ("no comparison", """
            SEC("xdp") int run(struct xdp_md *c) { return *(__u8 *)(long)c->data; }
            """, "out-of-bounds"),
        ("one byte too few", """
            SEC("xdp") int run(struct xdp_md *c) {
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                return data + 13 > end ? 2 : data[13];
            }
            """, "out-of-bounds"),
        ("no null check", """
            SEC("xdp") int run(struct xdp_md *c) {
                __u32 key = c->ingress_ifindex;
                return *(__u64 *)bpf_map_lookup_elem(&counts, &key);
            }
            """, "null-address"),
        ("a packet that moved", """
            SEC("xdp") int run(struct xdp_md *c) {
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                if (data + 14 > end) return 2;
                bpf_xdp_adjust_head(c, 4);
                return data[0];
            }
            """, "unusable-register"),
        ("an index without a bound", """
            SEC("xdp") int run(struct xdp_md *c) {
                __u32 key = 1;
                __u64 *value = bpf_map_lookup_elem(&table, &key);
                return value ? value[c->ingress_ifindex] : 2;
            }
            """, "pointer-arithmetic"),
        ("a loop as long as the sender likes", """
            SEC("xdp") int run(struct xdp_md *c) {
                volatile __u32 *number = &c->rx_queue_index;
                while (*number) { }
                return 2;
            }
            """, "unbounded-loop"),
        ("a lock that is kept", """
            struct pair { __u64 packets; struct bpf_spin_lock lock; };
            struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, struct pair); } pairs SEC(".maps");
            SEC("xdp") int run(struct xdp_md *c) {
                __u32 key = 0;
                struct pair *pair = bpf_map_lookup_elem(&pairs, &key);
                if (!pair) return XDP_ABORTED;
                bpf_spin_lock(&pair->lock);
                if (pair->packets++ > c->rx_queue_index) return XDP_DROP;
                bpf_spin_unlock(&pair->lock);
                return XDP_PASS;
            }
            """, "lock-held"),
    ];

    public static TheoryData<string, string, string> AcceptedCases
    {
        get
        {
            TheoryData<string, string, string> cases = [];
            foreach ((string name, _) in Accepted)
            {
                foreach (string cpu in (string[])["v1", "v2", "v3"])
                {
                    cases.Add(name, "clang-14", cpu);
                    cases.Add(name, "clang-19", cpu);
                }

                cases.Add(name, "clang-19", "v4");
            }

            return cases;
        }
    }

    public static TheoryData<string> RefusedCases => [.. Refused.Select(entry => entry.Name)];

    [TheoryNeeding(Needs.Clang14 | Needs.Clang19)]
    [MemberData(nameof(AcceptedCases))]
    public void Natural_packet_programs_are_accepted(string name, string compiler, string cpu)
    {
        Program program = Compile(Accepted.Single(entry => entry.Name == name).Code, compiler, cpu);
        Assert.True(ProgramVerifier.TryVerify(program, out _, out Rejection? rejection), rejection?.Message);
        Assert.True(program.Kind != ProgramKind.Xdp || WatchedRuns.Watch(program, seed: 1, inputs: 8, alsoCompiled: false) > 0);
    }

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(RefusedCases))]
    public void Mistakes_are_rejected_with_their_line(string name)
    {
        (_, string code, string rejected) = Refused.Single(entry => entry.Name == name);
        Assert.False(ProgramVerifier.TryVerify(Compile(code, "clang-19", "v3"), out _, out Rejection? rejection));
        Assert.Equal(rejected, rejection.Code.Text);
        Assert.NotNull(rejection.Line);
    }

    private static Program Compile(string code, string compiler, string cpu) => BpfObject.Read(
        Clang.Compile($"{Header}{code}\nchar terms[] SEC(\"license\") = \"GPL\";", compiler, cpu)).Programs.Single();
}

using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Tests;

/// <summary>Programs of socket filters and traffic control, which are proven here and run in the kernel alone: its verdict is the same.</summary>
public sealed class CompiledSocketBufferProgramTests
{
    private const string Header = """
        #include <linux/bpf.h>
        #include <linux/if_ether.h>
        #include <linux/ip.h>
        #include <bpf/bpf_helpers.h>
        #include <bpf/bpf_endian.h>
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 256); __type(key, __u32); __type(value, __u64); } counts SEC(".maps");
        unsigned long long load_byte(void *skb, unsigned long long at) asm("llvm.bpf.load.byte");
        #define RUN(section) SEC(section) int run(struct __sk_buff *s)
        #define PACKET void *data = (void *)(long)s->data, *end = (void *)(long)s->data_end

        """;

    private static readonly (string Name, string Code, string? Rejected)[] Programs =
    [
        ("a filter by protocol", """RUN("socket") { return s->protocol == bpf_htons(ETH_P_IP) ? s->len : 0; }""", null),
        ("a filter that loads bytes by number", """RUN("socket") { return load_byte(s, ETH_HLEN + 9) == 17 ? -1 : 0; }""", null),
        ("a filter that counts by protocol", """
            RUN("socket") {
                __u32 key = load_byte(s, ETH_HLEN + 9);
                __u64 *count = bpf_map_lookup_elem(&counts, &key);
                if (count) __sync_fetch_and_add(count, s->len);
                return 0;
            }
            """, null),
        ("a filter that keeps a note", """RUN("socket") { s->cb[2] = s->len; return s->cb[2] > 100; }""", null),
        ("a part of a number", """RUN("socket") { return *(__u8 *)&s->len + *((__u16 *)&s->mark + 1); }""", null),
        ("a filter that looks into the packet", """RUN("socket") { PACKET; return data + 1 > end ? 0 : *(__u8 *)data; }""", "no-such-field"),
        ("a filter that marks", """RUN("socket") { s->mark = 1; return 0; }""", "read-only"),
        ("a filter that asks for the class", """RUN("socket") { return s->tc_classid; }""", "no-such-field"),
        ("a filter that reads behind its context", """RUN("socket") { return *(volatile __u32 *)((char *)s + sizeof(*s)); }""", "no-such-field"),
        ("a filter that reads between two fields", """RUN("socket") { return *(volatile __u32 *)((char *)s + 2); }""", "no-such-field"),
        ("a filter that forgets null", """
            RUN("socket") { __u32 key = 1; __u64 *count = bpf_map_lookup_elem(&counts, &key); return *count + s->len; }
            """, "null-address"),
        ("a classifier that marks by address", """
            RUN("classifier") {
                PACKET;
                struct iphdr *ip = data + ETH_HLEN;
                if ((void *)(ip + 1) > end) return -1;
                s->mark = ip->saddr;
                s->priority = ip->tos;
                return 0;
            }
            """, null),
        ("a classifier that changes the packet", """
            RUN("tc") {
                PACKET;
                __u8 *bytes = data;
                if (data + 14 > end) return 0;
                for (int i = 0; i < 6; i++) { __u8 kept = bytes[i]; bytes[i] = bytes[i + 6]; bytes[i + 6] = kept; }
                return 0;
            }
            """, null),
        ("a classifier that reads metadata", """
            RUN("tcx/ingress") {
                void *data = (void *)(long)s->data;
                __u32 *meta = (void *)(long)s->data_meta;
                if ((void *)(meta + 1) > data) return 0;
                s->mark = *meta;
                return 0;
            }
            """, null),
        ("a classifier that sets class and time", """RUN("tc/egress") { s->tc_classid = 3; s->tstamp = s->tstamp + 1; s->tc_index = s->vlan_tci; return 0; }""", null),
        ("a classifier without a comparison", """RUN("tc") { return *(__u8 *)(long)s->data; }""", "out-of-bounds"),
        ("a classifier that is one byte too far", """
            RUN("tcx/egress") { PACKET; __u8 *bytes = data; return data + 13 > end ? 0 : bytes[13]; }
            """, "out-of-bounds"),
        ("a classifier that sets the length", """RUN("tc") { s->len = 1; return 0; }""", "read-only"),
        ("a classifier that sets the packet's start", """RUN("action") { s->data = 0; return 0; }""", "read-only"),
        ("a classifier that moves the end", """
            RUN("tc") {
                PACKET;
                __u8 *bytes = data;
                asm volatile("%0 += 100" : "+r"(end));
                return data + 14 > end ? 0 : bytes[13];
            }
            """, "out-of-bounds"),
    ];

    public static TheoryData<string> Names => [.. Programs.Select(program => program.Name)];

    [TheoryNeeding(Needs.Clang19)]
    [MemberData(nameof(Names))]
    public void Each_program_has_the_verdict_that_its_author_would_expect(string name)
    {
        (_, string code, string? rejected) = Programs.Single(entry => entry.Name == name);
        ProgramVerifier.TryVerify(Compile(code), out _, out Rejection? rejection);
        Assert.Equal(rejected, rejection?.Code.Text);
    }

    [TheoryNeeding(Needs.Clang19 | Needs.KernelBpf)]
    [MemberData(nameof(Names))]
    public void The_kernels_verdict_is_the_same(string name)
    {
        (_, string code, string? rejected) = Programs.Single(entry => entry.Name == name);
        Program program = Compile(code);
        using KernelMaps maps = KernelMaps.Create(program.Maps);
        Exception? refusal = Record.Exception(() => KernelLoader.Load(program, maps).Dispose());
        Assert.True(refusal is null or KernelException { Error: Errno.EACCES or Errno.EINVAL or Errno.EPERM }, refusal?.ToString());
        Assert.True((rejected is null) == (refusal is null), refusal?.Message ?? "the kernel takes it");
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("socket", ProgramKind.SocketFilter)]
    [InlineData("socket/in", ProgramKind.SocketFilter)]
    [InlineData("tc", ProgramKind.TrafficControl)]
    [InlineData("tc/ingress", ProgramKind.TrafficControl)]
    [InlineData("tcx/egress", ProgramKind.TrafficControl)]
    [InlineData("classifier", ProgramKind.TrafficControl)]
    [InlineData("classifier/first", ProgramKind.TrafficControl)]
    [InlineData("action", ProgramKind.TrafficControl)]
    public void The_section_says_what_a_program_is_called_with(string section, ProgramKind kind) =>
        Assert.Equal(kind, Compile($$"""RUN("{{section}}") { return s->len; }""").Kind);

    private static Program Compile(string code) => BpfObject.Read(
        Clang.Compile($"{Header}{code}\nchar terms[] SEC(\"license\") = \"GPL\";")).Programs.Single();
}

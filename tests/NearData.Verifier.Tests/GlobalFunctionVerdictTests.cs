using System.Text.RegularExpressions;
using NearData.Isa.Objects;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Tests;

/// <summary>Functions that other files could call, as their authors write them: what the kernel says of each on its own is said here.</summary>
public sealed partial class GlobalFunctionVerdictTests
{
    private const string Header = """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>
        #define GLOBAL __attribute__((noinline))
        #define NONNULL __attribute__((btf_decl_tag("arg:nonnull")))
        struct pair { __u32 a, b; __u64 c; };
        struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 4); __type(key, __u32); __type(value, struct pair); } table SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
        __attribute__((unused)) static __always_inline struct pair *look(__u32 key) { return bpf_map_lookup_elem(&table, &key); }

        """;

    /// <summary>C, and the reason for which both refuse it; null where both take it.</summary>
    private static readonly Dictionary<string, (string Code, string? Rejected)> Cases = new()
    {
        ["numbers"] = ("""
            GLOBAL int mix(int a, long b) { for (int i = 0; i < 20; i++) a = a * 31 + (b >> (i & 7)); return a; }
            SEC("xdp") int run(struct xdp_md *c) { return mix(c->rx_queue_index, 5) & 1; }
            """, null),
        ["the context"] = ("""
            GLOBAL int first(struct xdp_md *c) {
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                return data + 14 > end ? -1 : data[13];
            }
            SEC("xdp") int run(struct xdp_md *c) { return first(c) > 3; }
            """, null),
        ["memory of the stack"] = ("""
            GLOBAL int fill(struct pair *p, int by) { if (!p) return -1; p->a += by; p->c = p->b; return 0; }
            SEC("xdp") int run(struct xdp_md *c) { struct pair p = { c->rx_queue_index, 2, 3 }; fill(&p, 4); return p.c & 1; }
            """, null),
        ["memory that is never missing"] = ("""
            GLOBAL int sum(struct pair *p NONNULL) { return p->a + p->b; }
            SEC("xdp") int run(struct xdp_md *c) { struct pair *p = look(c->rx_queue_index); return p ? sum(p) & 1 : 2; }
            """, null),
        ["a value that may be missing"] = ("""
            GLOBAL int sum(struct pair *p) { return p ? p->a + p->b : 0; }
            SEC("xdp") int run(struct xdp_md *c) { return sum(look(c->rx_queue_index)) & 1; }
            """, null),
        ["an index of any value"] = ("""
            GLOBAL int at(struct pair *p, unsigned index) { return p ? ((__u8 *)p)[index & 15] : 0; }
            SEC("xdp") int run(struct xdp_md *c) { return at(look(1), c->rx_queue_index) & 1; }
            """, null),
        ["a packet that moves"] = ("""
            GLOBAL int move(struct xdp_md *c) { return bpf_xdp_adjust_head(c, 4); }
            SEC("xdp") int run(struct xdp_md *c) {
                if (move(c)) return 1;
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                return data + 1 > end ? 1 : data[0] & 1;
            }
            """, null),
        ["functions of functions"] = ("""
            GLOBAL int three(int a) { asm volatile(""); return a & 3; }
            GLOBAL int two(int a) { return three(a) + three(a + 1); }
            GLOBAL int one(int a) { return two(a) + two(a + 1); }
            SEC("xdp") int run(struct xdp_md *c) { return one(c->rx_queue_index) & 1; }
            """, null),
        ["no null check"] = ("""
            GLOBAL int sum(struct pair *p) { return p->a + p->b; }
            SEC("xdp") int run(struct xdp_md *c) { struct pair p = { c->rx_queue_index, 2, 3 }; return sum(&p) & 1; }
            """, "null-address"),
        ["an index without a bound"] = ("""
            GLOBAL int at(struct pair *p, unsigned index) { return p ? ((__u8 *)p)[index] : 0; }
            SEC("xdp") int run(struct xdp_md *c) { return at(look(c->rx_queue_index), 3) & 1; }
            """, "pointer-arithmetic"),
        ["behind the memory"] = ("""
            GLOBAL int at(struct pair *p) { return p ? ((__u32 *)p)[4] : 0; }
            SEC("xdp") int run(struct xdp_md *c) { return at(look(c->rx_queue_index)) & 1; }
            """, "out-of-bounds"),
        ["a packet that was compared elsewhere"] = ("""
            GLOBAL int first(struct xdp_md *c) { return *(__u8 *)(long)c->data; }
            SEC("xdp") int run(struct xdp_md *c) {
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                return data + 1 > end ? 1 : first(c) & 1;
            }
            """, "out-of-bounds"),
        ["a packet that moved"] = ("""
            GLOBAL int move(struct xdp_md *c) { return bpf_xdp_adjust_head(c, 4); }
            SEC("xdp") int run(struct xdp_md *c) {
                __u8 *data = (void *)(long)c->data, *end = (void *)(long)c->data_end;
                if (data + 1 > end) return 1;
                move(c);
                return data[0] & 1;
            }
            """, "unusable-register"),
        ["an answer without a bound"] = ("""
            GLOBAL int any(int a) { asm volatile(""); return a; }
            SEC("xdp") int run(struct xdp_md *c) { struct pair *p = look(c->rx_queue_index); return p ? ((__u8 *)p)[any(c->rx_queue_index)] & 1 : 2; }
            """, "pointer-arithmetic"),
        ["a record that is kept"] = ("""
            GLOBAL int keep(int a) { __u64 *r = bpf_ringbuf_reserve(&events, 8, 0); if (!r) return 0; *r = a; if (a) bpf_ringbuf_submit(r, 0); return 1; }
            SEC("xdp") int run(struct xdp_md *c) { return keep(c->rx_queue_index) & 1; }
            """, "unreleased-reference"),
        ["a turn for each number"] = ("""
            GLOBAL int count(int turns) { volatile int a = 0; while (turns != 0) { a += 1; turns &= ~a; } return a; }
            SEC("xdp") int run(struct xdp_md *c) { return count(c->rx_queue_index & 3) & 1; }
            """, "unbounded-loop"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [TheoryNeeding(Needs.KernelBpf | Needs.Clang19 | Needs.Clang14)]
    [MemberData(nameof(Names))]
    public void A_global_function_is_judged_as_the_kernel_judges_it(string name)
    {
        Judge(name, "clang-14");
        Judge(name, "clang-19");
    }

    private static void Judge(string name, string compiler)
    {
        (string code, string? rejected) = Cases[name];
        Program program = BpfObject.Read(Clang.Compile($"{Header}{code}\nchar terms[] SEC(\"license\") = \"GPL\";", compiler)).Programs.Single();
        string? log = KernelLogOf(program);
        Assert.True(rejected is null == log is null, log ?? "the kernel takes it");

        // What the kernel refused, it refused on the function's own account, or of its caller: not for what it was given.
        Assert.True(log is null || Reasons().IsMatch(log), log);
        Assert.Equal(rejected, RejectionOf(program));
    }

    private static string? RejectionOf(Program program)
    {
        try
        {
            ProgramVerifier.VerifyByGlobals(program);
            return null;
        }
        catch (ProgramRejectedException refused)
        {
            return refused.Rejection.Code.Text;
        }
    }

    private static string? KernelLogOf(Program program)
    {
        try
        {
            using KernelMaps maps = KernelMaps.Create(program.Maps);
            KernelLoader.Load(program, maps).Dispose();
            return null;
        }
        catch (KernelException refused)
        {
            return refused.Log;
        }
    }

    [GeneratedRegex("invalid mem access|invalid access|unbounded|out of bounds|max value is outside|Unreleased reference|infinite loop|too large|too many|complex", RegexOptions.None, 1000)]
    private static partial Regex Reasons();
}

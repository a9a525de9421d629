namespace NearData.Isa.Tests.Objects;

/// <summary>Programs for the kernel, as their authors write them with the kernel's and libbpf's headers.</summary>
internal static class PacketSources
{
    public const string Headers = """
        #include <linux/bpf.h>
        #include <bpf/bpf_helpers.h>

        """;

    /// <summary>
    /// Several programs in a section, functions that are static, global, weak and callbacks, all that maps are declared with, and
    /// data in sections of many names. Nothing in it depends on the kernel's version.
    /// </summary>
    public const string Everything = Headers + """
        struct value { __u64 packets, bytes; };
        struct {
            __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1024); __uint(map_flags, BPF_F_NO_PREALLOC);
            __type(key, __u32); __type(value, struct value);
        } flows SEC(".maps");
        struct inner { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, __u32); __type(value, __u64); };
        struct inner first SEC(".maps"), second SEC(".maps");
        struct {
            __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); __uint(max_entries, 4); __type(key, __u32);
            __array(values, struct inner);
        } outer SEC(".maps") = { .values = { [1] = &second, [3] = &first } };
        int second_stage(struct xdp_md *ctx);
        struct {
            __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 3); __uint(key_size, 4);
            __array(values, int (void *));
        } stages SEC(".maps") = { .values = { [2] = (void *)&second_stage } };
        struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 5000); } events SEC(".maps");
        struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4); } samples SEC(".maps");
        const volatile int limit = 100;
        int counter;
        long started = 7;
        int custom SEC(".data.mine") = 9;
        long later SEC(".bss.mine");
        const char label[] SEC(".rodata.mine") = "label";

        static __noinline int shared(int a, int b) { counter += a; return a * 31 + b; }
        __noinline int global_sum(int a) { return shared(a, 3) + shared(a + 1, 4) + custom; }
        static long each(__u32 index, void *data) { *(int *)data += shared(index, 1); return 0; }
        __weak int weak_one(int a) { later += a; return a + 5; }

        SEC("xdp") int entry(struct xdp_md *ctx)
        {
            int sum = 0;
            void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
            if (data + 14 > end)
                return XDP_PASS;
            bpf_loop(10, each, &sum, 0);
            bpf_tail_call(ctx, &stages, 2);
            return global_sum(sum) > limit ? XDP_DROP : weak_one(sum);
        }

        SEC("xdp") int second_stage(struct xdp_md *ctx)
        {
            __u32 key = 1;
            struct value *found = bpf_map_lookup_elem(&flows, &key);
            if (found)
                found->packets += 1;
            void *inner = bpf_map_lookup_elem(&outer, &key);
            if (inner) {
                __u64 *value = bpf_map_lookup_elem(inner, &key);
                if (value)
                    *value += started;
            }
            bpf_trace_printk(label, sizeof(label));
            return global_sum(ctx->ingress_ifindex);
        }

        SEC("socket") int on_socket(struct __sk_buff *skb) { return skb->len; }
        char LICENSE[] SEC("license") = "GPL";
        """;

    /// <summary>A packet program around some declarations.</summary>
    public static string With(string declarations, string body = "return XDP_PASS;") =>
        $"{Headers}\n{declarations}\nSEC(\"xdp\") int run(struct xdp_md *ctx) {{ (void)ctx; {body} }}\nchar LICENSE[] SEC(\"license\") = \"GPL\";\n";
}

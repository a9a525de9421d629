namespace NearData.Isa.Tests.Objects;

/// <summary>C programs that several tests compile.</summary>
internal static class Sources
{
    /// <summary>Every part of the contract at once.</summary>
    public const string Everything = """
        #include <neardata.h>

        struct lineitem {
            __s64 l_quantity, l_extendedprice, l_discount;
            __s32 l_shipdate;
            __u16 l_flags;
            _Bool l_returned;
            ND_NULLABLE(__s64) l_tax;
            ND_NULLABLE(__u8) l_status;
        };
        const volatile __s32 from, until = 7;
        const volatile _Bool strict;
        static const __u32 weights[16] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3 };
        struct { __s64 revenue ND_SUM; __u64 rows ND_SUM; __s32 last ND_MAX; __u8 seen ND_OR; } result SEC(".bss.results");
        __s64 least ND_MIN SEC(".bss.results");
        __u16 common ND_AND SEC(".bss.results");
        struct {
            __uint(type, ND_MAP_ARRAY);
            __uint(max_entries, 4);
            __type(key, __u32);
            __type(value, struct lineitem);
        } table SEC(".maps");
        __u32 counter;
        __u32 started = 4;

        static __always_inline __u32 weight(const struct lineitem *r) { return weights[r->l_quantity & 15]; }

        SEC("filter") int keep(const struct lineitem *r)
        {
            __u32 key = 1;
            struct lineitem *entry = bpf_map_lookup_elem(&table, &key);
            if (entry && entry->l_returned)
                return 1;
            return r->l_shipdate >= from && r->l_shipdate < until && weight(r) > 3 && (!strict || r->l_flags);
        }

        SEC("reduce") int add(const struct lineitem *r)
        {
            result.revenue += r->l_extendedprice * r->l_discount;
            result.rows += 1;
            if (r->l_shipdate > result.last)
                result.last = r->l_shipdate;
            result.seen |= 1;
            if (r->l_tax.valid && r->l_tax.value < least)
                least = r->l_tax.value;
            common &= r->l_flags;
            counter += started;
            return 0;
        }

        char LICENSE[] SEC("license") = "MIT";
        """;

    /// <summary>A minimal object around some declarations: a row of two fields, a filter and what is given.</summary>
    public static string With(string declarations, string filter = "return r->a > 0;") => $$"""
        #include <neardata.h>
        struct row { __s64 a; __s32 b; };
        {{declarations}}
        SEC("filter") int keep(const struct row *r) { {{filter}} }
        """;
}

/* SPDX-License-Identifier: MIT */
/*
 * neardata.h: what a NearData program is written with (docs/abi.md).
 *
 *	clang -O2 -g -target bpf -I <this folder> -c program.c -o program.o
 *
 * Needs clang 14 or later and no other header; it can be included together with linux/types.h, linux/bpf.h and
 * bpf/bpf_helpers.h, before or after them.
 */
#ifndef NEARDATA_H
#define NEARDATA_H

#if !defined(__has_attribute) || !__has_attribute(btf_decl_tag)
#error "neardata.h needs clang 14 or later: the compiler has no btf_decl_tag"
#endif

/* The kernel's integer types. Where its headers came first, they are there already. */
#if !defined(_ASM_GENERIC_INT_LL64_H) && !defined(__VMLINUX_H__)
typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
#endif

/*
 * SEC(name): puts a function or variable into a section.
 *
 *	SEC("filter") int keep(const struct row *r)	non-zero keeps the record
 *	SEC("reduce") int add(const struct row *r)	updates results and groups; return 0
 *	SEC("buffer") int scan(const struct nd_buffer *b)	updates results from a raw piece of a file
 *	SEC("emit") int send(const K *key, const V *group)	after the merge: non-zero sends the group
 *	SEC(".bss.results")				a variable of results
 *	SEC(".maps")					a map
 */
#ifndef SEC
#define SEC(name) __attribute__((section(name), used))
#endif

/*
 * What a buffer program is called with: 65,536 bytes of a file, or as many as its section names (SEC("buffer/24000")), the last piece
 * maybe fewer. Bytes are compared with data_end before they are read, and a loop has a bound of its own:
 *
 *	const __s64 *numbers = b->data, *end = b->data_end;
 *	for (int i = 0; i < 8192 && numbers + i + 1 <= end; i++) {
 *		result.total += numbers[i];
 *		nd_barrier();
 *	}
 *
 * nd_barrier keeps the compiler from holding results in registers from turn to turn: each turn's update is one that the tags allow.
 */
struct nd_buffer {
	const void *data, *data_end;
};

#define nd_barrier() __asm__ volatile("" ::: "memory")

/* A function that is part of whoever calls it. Others become functions of the program, which the verifier follows call by call. */
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/*
 * Results: after the name of a member of a struct in .bss.results, or of an integer variable there, how values of several
 * cores and nodes become one. A field is only ever updated the way that its tag says.
 *
 *	struct { __s64 revenue ND_SUM; __u64 rows ND_SUM; __s32 last ND_MAX; } result SEC(".bss.results");
 *
 * ND_SUM fields are 64 bits wide, and summed up exactly in 128; the others may be any integer. Doubles have their own types and updates,
 * see nd_f64.
 */
#define ND_SUM __attribute__((btf_decl_tag("nd:sum")))
#define ND_MIN __attribute__((btf_decl_tag("nd:min")))
#define ND_MAX __attribute__((btf_decl_tag("nd:max")))
#define ND_OR __attribute__((btf_decl_tag("nd:or")))
#define ND_AND __attribute__((btf_decl_tag("nd:and")))

/*
 * What an integer of a dataset's record means (docs/operations.md, "Records"), after the name of the member. Programs' rows don't need it.
 *
 *	struct trades { __s32 day ND_DATE; __s64 price ND_DECIMAL(15, 2); __s64 at ND_TIMESTAMP(us); char symbol[8]; };
 *
 * ND_DATE: __s32, days since 1970-01-01. ND_TIMESTAMP: __s64, ms, us or ns since 1970-01-01 00:00. ND_DECIMAL(precision, scale): the unscaled
 * integer; __s32 up to 9 digits, __s64 up to 18, __int128 up to 38.
 */
#define ND_DATE __attribute__((btf_decl_tag("nd:date")))
#define ND_TIMESTAMP(unit) __attribute__((btf_decl_tag("nd:timestamp(" #unit ")")))
#define ND_DECIMAL(precision, scale) __attribute__((btf_decl_tag("nd:decimal(" #precision "," #scale ")")))

/*
 * ND_NULLABLE(type): the type of a row's field whose column may hold nulls. Where the value is null, valid is 0 and value is 0.
 *
 *	struct row { ND_NULLABLE(__s64) price; };
 *	... if (r->price.valid && r->price.value > 100) ...
 */
#define ND_NULLABLE(type) struct __attribute__((btf_decl_tag("nd:nullable"))) { type value; __u8 valid; }

/*
 * Doubles. An nd_f64 is the bits of an IEEE 754 double: the type of a row's field over a FLOAT or DOUBLE column, and of parameters.
 * Operators don't work on it, since eBPF has no floating point; each of these calls becomes an instruction where programs are
 * compiled. Arguments may be evaluated twice.
 *
 *	ND_F64(0.05)					a constant
 *	nd_f64_add, nd_f64_sub, nd_f64_mul, nd_f64_div	round to nearest, ties to even
 *	nd_f64_min, nd_f64_max				NaN where one is NaN; -0 is less than +0
 *	nd_f64_eq, nd_f64_lt, nd_f64_le			1 or 0; 0 where one is NaN
 *	nd_f64_neg, nd_f64_abs, nd_f64_sqrt
 *	nd_f64_floor, nd_f64_ceil, nd_f64_round		round: ties to even
 *	nd_f64_from_s64, nd_f64_from_u64		the nearest double
 *	nd_f64_to_s64, nd_f64_to_u64			cut towards zero; the nearest end where it is out of range; 0 for NaN
 *
 * Results of doubles are updated by calls alone. Sums are exact, whatever order records come in, and rounded once at the end. NaN is
 * greater than all numbers, as in SQL.
 *
 *	struct { nd_f64_sum total ND_SUM; nd_f64 least ND_MIN, greatest ND_MAX; } result SEC(".bss.results");
 *	nd_sum_f64(&result.total, r->price);
 *	nd_min_f64(&result.least, r->price);
 *	nd_max_f64(&result.greatest, r->price);
 */
typedef struct nd_f64 {
	__u64 bits;
} nd_f64;

typedef struct nd_f64_sum {
	__u64 words[35];
} nd_f64_sum;

#define ND_F64(constant) ((nd_f64){ ((union { double number; __u64 bits; }){ .number = (constant) }).bits })
#define ND_F64_CALL1(helper, x) ((nd_f64){ ((__u64 (*)(__u64))(helper))((x).bits) })
#define ND_F64_CALL2(helper, x, y) ((nd_f64){ ((__u64 (*)(__u64, __u64))(helper))((x).bits, (y).bits) })
#define ND_F64_TEST(helper, x, y) ((int)((__u64 (*)(__u64, __u64))(helper))((x).bits, (y).bits))
#define ND_F64_UPDATE(helper, result, x) (((void (*)(void *, __u64))(helper))((result), (x).bits))

#define nd_f64_add(x, y) ND_F64_CALL2(10000, x, y)
#define nd_f64_sub(x, y) ND_F64_CALL2(10001, x, y)
#define nd_f64_mul(x, y) ND_F64_CALL2(10002, x, y)
#define nd_f64_div(x, y) ND_F64_CALL2(10003, x, y)
#define nd_f64_min(x, y) ND_F64_CALL2(10004, x, y)
#define nd_f64_max(x, y) ND_F64_CALL2(10005, x, y)
#define nd_f64_eq(x, y) ND_F64_TEST(10006, x, y)
#define nd_f64_lt(x, y) ND_F64_TEST(10007, x, y)
#define nd_f64_le(x, y) ND_F64_TEST(10008, x, y)
#define nd_f64_sqrt(x) ND_F64_CALL1(10009, x)
#define nd_f64_floor(x) ND_F64_CALL1(10010, x)
#define nd_f64_ceil(x) ND_F64_CALL1(10011, x)
#define nd_f64_round(x) ND_F64_CALL1(10012, x)
#define nd_f64_neg(x) ((nd_f64){ (x).bits ^ (1ULL << 63) })
#define nd_f64_abs(x) ((nd_f64){ (x).bits & ~(1ULL << 63) })
#define nd_f64_from_s64(x) ((nd_f64){ ((__u64 (*)(__s64))10013)(x) })
#define nd_f64_from_u64(x) ((nd_f64){ ((__u64 (*)(__u64))10014)(x) })
#define nd_f64_to_s64(x) (((__s64 (*)(__u64))10015)((x).bits))
#define nd_f64_to_u64(x) (((__u64 (*)(__u64))10016)((x).bits))
#define nd_sum_f64(sum, x) ND_F64_UPDATE(10017, (nd_f64_sum *){ sum }, x)
#define nd_min_f64(least, x) ND_F64_UPDATE(10018, (nd_f64 *){ least }, x)
#define nd_max_f64(greatest, x) ND_F64_UPDATE(10019, (nd_f64 *){ greatest }, x)

/*
 * 128-bit integers: __int128 is the type of a row's field over a DECIMAL of up to 38 digits, its unscaled integer. The compiler adds,
 * subtracts and compares them; nd_i128_mul multiplies two 64-bit numbers. As results they are updated by calls alone. A sum is exact, and
 * the execution fails where it has more than 128 bits.
 *
 *	struct { nd_i128_sum total ND_SUM; __int128 least ND_MIN, greatest ND_MAX; } result SEC(".bss.results");
 *	nd_sum_i128(&result.total, nd_i128_mul(r->price, r->discount));
 */
typedef struct nd_i128_sum {
	__u64 words[3];
} nd_i128_sum;

static __always_inline __int128 nd_i128_mul(__s64 x, __s64 y)
{
	__int128 product;

	((void (*)(__s64, __s64, __int128 *))10201)(x, y, &product);
	return product;
}

#define ND_I128_UPDATE(helper, type, result, x) ({ \
	__int128 nd_given = (x); \
	((void (*)(type *, __u64, __u64))(helper))((result), (__u64)nd_given, (__u64)(nd_given >> 64)); \
})
#define nd_sum_i128(sum, x) ND_I128_UPDATE(10202, nd_i128_sum, sum, x)
#define nd_min_i128(least, x) ND_I128_UPDATE(10203, __int128, least, x)
#define nd_max_i128(greatest, x) ND_I128_UPDATE(10204, __int128, greatest, x)

/*
 * Text and binary data. A struct nd_str is the type of a row's field over a column of text or bytes: len bytes from data on, in the
 * node's own buffers. Its bytes may be loaded where len was compared before; the calls take it as it is.
 *
 *	if (nd_str_eq(r->l_shipmode, ND_TEXT("AIR")) && r->l_comment.len > 4 && r->l_comment.data[4] == ' ') ...
 *
 *	ND_TEXT("literal")				a constant
 *	ND_TEXT_OF(array)				a char array, up to its first zero: parameters are
 *							const volatile char mode[16];
 *	nd_str_eq, nd_str_starts, nd_str_ends, nd_str_contains	1 or 0
 *	nd_str_cmp					-1, 0 or 1, by bytes
 *	nd_str_like, nd_str_like_escape			SQL's LIKE: % is any characters, _ is one (of UTF-8)
 *	nd_str_copy(array, x)				fills a char array: x, and zeros behind it. Its length, or less than 0
 *							where it is too long; then the array holds its beginning
 */
struct nd_str {
	__u64 len;
	const char *data;
};

#define ND_TEXT(literal) ((struct nd_str){ sizeof(literal) - 1, (literal) })
#define ND_TEXT_OF(array) ((struct nd_str){ nd_strnlen((const char *)(array), sizeof(array)), (const char *)(array) })
#define ND_STR_CALL(type, helper, x, y) \
	((int)((type (*)(const char *, __u64, const char *, __u64))(helper))((x).data, (x).len, (y).data, (y).len))

#define nd_str_eq(x, y) ND_STR_CALL(__u64, 10100, x, y)
#define nd_str_cmp(x, y) ND_STR_CALL(__s64, 10101, x, y)
#define nd_str_starts(x, prefix) ND_STR_CALL(__u64, 10102, x, prefix)
#define nd_str_ends(x, suffix) ND_STR_CALL(__u64, 10103, x, suffix)
#define nd_str_contains(x, part) ND_STR_CALL(__u64, 10104, x, part)
#define nd_str_like(x, pattern) nd_str_like_escape(x, pattern, -1)
#define nd_str_like_escape(x, pattern, escape) \
	((int)((__u64 (*)(const char *, __u64, const char *, __u64, __s64))10105)((x).data, (x).len, (pattern).data, (pattern).len, (escape)))
#define nd_str_copy(array, x) nd_str_copy_to((array), sizeof(array), (x).data, (x).len)
#define nd_str_copy_to(place, size, data, len) \
	(((__s64 (*)(char *, __u64, const char *, __u64))10107)((place), (size), (data), (len)))
#define nd_strnlen(text, size) (((__u64 (*)(const char *, __u64))10106)((text), (size)))

/*
 * Maps to look things up in, as libbpf declares them. Clients fill them (`neardata map update`); an execution sees them as they are
 * when it begins.
 *
 *	struct {
 *		__uint(type, ND_MAP_HASH);
 *		__uint(max_entries, 1024);
 *		__type(key, __u32);
 *		__type(value, __u64);
 *	} table SEC(".maps");
 */
#ifndef __uint
#define __uint(name, val) int (*name)[val]
#endif
#ifndef __type
#define __type(name, val) __typeof__(val) *name
#endif

/* BPF_MAP_TYPE_HASH, _ARRAY and _LPM_TRIE of linux/bpf.h, which macros of those names would break. A trie needs map_flags 1. */
#define ND_MAP_HASH 1
#define ND_MAP_ARRAY 2
#define ND_MAP_LPM_TRIE 11

/*
 * void *bpf_map_lookup_elem(void *map, const void *key): the address of the value under a key, or null. Helper 1 of the kernel;
 * a macro, so that bpf/bpf_helpers.h can declare a function of the same name.
 */
#ifndef __BPF_HELPERS__
#define bpf_map_lookup_elem(map, key) (((void *(*)(void *, const void *))1)((map), (key)))
#endif

/*
 * ND_GROUPS(name, key_type, value_type, max_groups): records by key. A key is an integer, a char, an array of char (text, filled up with
 * zeros), or a struct of these without padding; a value is a struct, each member tagged with its merge as results are.
 *
 *	struct totals { __s64 revenue ND_SUM; __u64 rows ND_SUM; };
 *	ND_GROUPS(by_day, __s32, struct totals, 10000);
 *	SEC("reduce") int add(const struct row *r)
 *	{
 *		__s32 day = r->l_shipdate;
 *		struct totals *group = nd_group(&by_day, &day);
 *		group->revenue += r->l_extendedprice;
 *		group->rows += 1;
 *		return 0;
 *	}
 *
 * nd_group never gives null: a key's first call makes its group, each member at what its merge starts with. The address is good until
 * the next nd_group on the same map. More groups than max_groups end the execution with an error that names map and limit.
 *
 * ND_FROZEN_GROUPS(name, key_type, value_type): the groups that an earlier stage of the execution made in its map of that name, to be
 * looked up with bpf_map_lookup_elem.
 */
#define ND_MAP_GROUPS 10000
#define ND_GROUPS(map_name, key_type, value_type, max_groups)	\
	struct {						\
		__uint(type, ND_MAP_GROUPS);			\
		__uint(max_entries, max_groups);		\
		__type(key, key_type);				\
		__type(value, value_type);			\
	} map_name SEC(".maps")
#define ND_FROZEN_GROUPS(map_name, key_type, value_type)	\
	struct {						\
		__uint(type, ND_MAP_GROUPS);			\
		__uint(max_entries, 1);				\
		__uint(map_flags, 1 << 7);			\
		__type(key, key_type);				\
		__type(value, value_type);			\
	} map_name SEC(".maps")
#define nd_group(map, key) ((__typeof__((map)->value))((void *(*)(void *, const void *))10300)((map), (key)))

#endif

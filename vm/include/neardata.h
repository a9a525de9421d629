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
 *	SEC("reduce") int add(const struct row *r)	updates the results; return 0
 *	SEC(".bss.results")				a variable of results
 *	SEC(".maps")					a map
 */
#ifndef SEC
#define SEC(name) __attribute__((section(name), used))
#endif

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
 * ND_SUM fields are 64 bits wide, and summed up exactly in 128; the others may be any integer.
 */
#define ND_SUM __attribute__((btf_decl_tag("nd:sum")))
#define ND_MIN __attribute__((btf_decl_tag("nd:min")))
#define ND_MAX __attribute__((btf_decl_tag("nd:max")))
#define ND_OR __attribute__((btf_decl_tag("nd:or")))
#define ND_AND __attribute__((btf_decl_tag("nd:and")))

/*
 * ND_NULLABLE(type): the type of a row's field whose column may hold nulls. Where the value is null, valid is 0 and value is 0.
 *
 *	struct row { ND_NULLABLE(__s64) price; };
 *	... if (r->price.valid && r->price.value > 100) ...
 */
#define ND_NULLABLE(type) struct __attribute__((btf_decl_tag("nd:nullable"))) { type value; __u8 valid; }

/*
 * Maps, as libbpf declares them:
 *
 *	struct {
 *		__uint(type, ND_MAP_ARRAY);
 *		__uint(max_entries, 16);
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

/* BPF_MAP_TYPE_ARRAY of linux/bpf.h, which a macro of that name would break. */
#define ND_MAP_ARRAY 2

/*
 * void *bpf_map_lookup_elem(void *map, const void *key): the address of the value under a key, or null. Helper 1 of the kernel;
 * a macro, so that bpf/bpf_helpers.h can declare a function of the same name.
 */
#ifndef __BPF_HELPERS__
#define bpf_map_lookup_elem(map, key) (((void *(*)(void *, const void *))1)((map), (key)))
#endif

#endif

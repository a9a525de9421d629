// SPDX-License-Identifier: MIT
// TPC-H Q12, shipping modes and order priority (2.4.12), over orders after q12-lines.c: how many of the late lines are of urgent orders.
#include <neardata.h>

struct orders {
	__s64 o_orderkey;
	struct nd_str o_orderpriority;
};

struct lines {
	__u64 first ND_SUM, second ND_SUM;		// by mode
};
ND_FROZEN_GROUPS(late, __s64, struct lines);

struct {
	__u64 first_high ND_SUM, first_low ND_SUM, second_high ND_SUM, second_low ND_SUM;
} result SEC(".bss.results");

SEC("reduce") int add(const struct orders *r)
{
	__s64 order = r->o_orderkey;
	const struct lines *lines = bpf_map_lookup_elem(&late, &order);
	__u64 is_high;

	if (!lines)
		return 0;
	// No branch, of whose two sides the compiler would make one with an address that isn't known.
	is_high = nd_str_eq(r->o_orderpriority, ND_TEXT("1-URGENT")) | nd_str_eq(r->o_orderpriority, ND_TEXT("2-HIGH"));
	result.first_high += lines->first * is_high;
	result.first_low += lines->first * (1 - is_high);
	result.second_high += lines->second * is_high;
	result.second_low += lines->second * (1 - is_high);
	return 0;
}

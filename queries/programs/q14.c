// SPDX-License-Identifier: MIT
// TPC-H Q14, promotion effect (2.4.14), over lineitem after q14-parts.c: revenue of a month, and what of it the promotion's parts brought
// in. The query asks for 100 * promoted_revenue / revenue.
#include <neardata.h>

struct lineitem {
	__s64 l_partkey;
	__s64 l_extendedprice, l_discount;		// DECIMAL(15,2): hundredths
	__s32 l_shipdate;				// DATE: days since 1970-01-01
};

const volatile __s32 from = 9374, until = 9404;	// 1995-09-01, 1995-10-01: the first day after

struct parts {
	__u64 rows ND_SUM;
};
ND_FROZEN_GROUPS(promoted, __s64, struct parts);

struct {
	__s64 promo_revenue ND_SUM, revenue ND_SUM;	// ten-thousandths
} result SEC(".bss.results");

SEC("filter") int keep(const struct lineitem *r)
{
	return r->l_shipdate >= from && r->l_shipdate < until;
}

SEC("reduce") int add(const struct lineitem *r)
{
	__s64 part = r->l_partkey;
	__s64 discounted = r->l_extendedprice * (100 - r->l_discount);

	if (bpf_map_lookup_elem(&promoted, &part))
		result.promo_revenue += discounted;
	result.revenue += discounted;
	return 0;
}

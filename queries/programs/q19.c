// SPDX-License-Identifier: MIT
// TPC-H Q19, discounted revenue (2.4.19), over lineitem after q19-parts.c: certain quantities of the wanted parts, handed over in person
// after they came by air.
#include <neardata.h>

struct lineitem {
	__s64 l_partkey;
	__s64 l_quantity, l_extendedprice, l_discount;	// DECIMAL(15,2): hundredths
	struct nd_str l_shipinstruct, l_shipmode;
};

const volatile __s64 first_quantity = 100, second_quantity = 1000, third_quantity = 2000;	// and up to ten more

struct parts {
	__u32 kinds ND_OR;				// 1, 2 and 4
};
ND_FROZEN_GROUPS(wanted, __s64, struct parts);

struct {
	__s64 revenue ND_SUM;				// ten-thousandths
} result SEC(".bss.results");

static __always_inline __u32 kinds_of(__s64 quantity)
{
	return (quantity >= first_quantity && quantity <= first_quantity + 1000 ? 1 : 0)
		| (quantity >= second_quantity && quantity <= second_quantity + 1000 ? 2 : 0)
		| (quantity >= third_quantity && quantity <= third_quantity + 1000 ? 4 : 0);
}

SEC("filter") int keep(const struct lineitem *r)
{
	__s64 part = r->l_partkey;
	__u32 kinds = kinds_of(r->l_quantity);
	const struct parts *wanted_part;

	if (!kinds || !nd_str_eq(r->l_shipinstruct, ND_TEXT("DELIVER IN PERSON"))
		|| !(nd_str_eq(r->l_shipmode, ND_TEXT("AIR")) || nd_str_eq(r->l_shipmode, ND_TEXT("AIR REG"))))
		return 0;
	wanted_part = bpf_map_lookup_elem(&wanted, &part);
	return wanted_part && (wanted_part->kinds & kinds);
}

SEC("reduce") int add(const struct lineitem *r)
{
	result.revenue += r->l_extendedprice * (100 - r->l_discount);
	return 0;
}

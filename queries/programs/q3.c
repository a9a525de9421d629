// SPDX-License-Identifier: MIT
// TPC-H Q3, shipping priority (2.4.3), over lineitem after q3-customers.c and q3-orders.c: the revenue of orders that had not been shipped
// by a day. The query asks for the ten greatest: order by revenue, the greatest first, then by o_orderdate.
#include <neardata.h>

struct lineitem {
	__s64 l_orderkey;
	__s64 l_extendedprice, l_discount;		// DECIMAL(15,2): hundredths
	__s32 l_shipdate;				// DATE: days since 1970-01-01
};

const volatile __s32 day = 9204;			// 1995-03-15

struct order {
	__s32 date ND_MAX, priority ND_MAX;
};
ND_FROZEN_GROUPS(ordered, __s64, struct order);

struct key {
	__s64 l_orderkey;
	__s32 o_orderdate, o_shippriority;
};
struct totals {
	__s64 revenue ND_SUM;				// ten-thousandths
};
ND_GROUPS(unshipped, struct key, struct totals, 1 << 26);

SEC("filter") int keep(const struct lineitem *r)
{
	__s64 order = r->l_orderkey;

	return r->l_shipdate > day && bpf_map_lookup_elem(&ordered, &order);
}

SEC("reduce") int add(const struct lineitem *r)
{
	struct key key = { .l_orderkey = r->l_orderkey };
	const struct order *order = bpf_map_lookup_elem(&ordered, &key.l_orderkey);

	if (!order)
		return 0;
	key.o_orderdate = order->date;
	key.o_shippriority = order->priority;
	nd_group(&unshipped, &key)->revenue += r->l_extendedprice * (100 - r->l_discount);
	return 0;
}

// SPDX-License-Identifier: MIT
// TPC-H Q3, shipping priority (2.4.3), the second stage, over orders: what the customers of q3-customers.c had ordered by a day.
#include <neardata.h>

struct orders {
	__s64 o_orderkey, o_custkey;
	__s32 o_orderdate;				// DATE: days since 1970-01-01
	__s32 o_shippriority;
};

const volatile __s32 day = 9204;			// 1995-03-15

struct customers {
	__u64 rows ND_SUM;
};
ND_FROZEN_GROUPS(buyers, __s64, struct customers);

struct order {
	__s32 date ND_MAX, priority ND_MAX;		// of the one order of each key
};
ND_GROUPS(ordered, __s64, struct order, 1 << 26);

SEC("filter") int keep(const struct orders *r)
{
	__s64 customer = r->o_custkey;

	return r->o_orderdate < day && bpf_map_lookup_elem(&buyers, &customer);
}

SEC("reduce") int add(const struct orders *r)
{
	__s64 key = r->o_orderkey;
	struct order *order = nd_group(&ordered, &key);

	if (r->o_orderdate > order->date)
		order->date = r->o_orderdate;
	if (r->o_shippriority > order->priority)
		order->priority = r->o_shippriority;
	return 0;
}

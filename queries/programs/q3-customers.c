// SPDX-License-Identifier: MIT
// TPC-H Q3, shipping priority (2.4.3), the first stage, over customer: those of a market segment.
#include <neardata.h>

struct customer {
	__s64 c_custkey;
	struct nd_str c_mktsegment;
};

const volatile char segment[11] = "BUILDING";

struct customers {
	__u64 rows ND_SUM;
};
ND_GROUPS(buyers, __s64, struct customers, 1 << 26);

SEC("filter") int keep(const struct customer *r)
{
	return nd_str_eq(r->c_mktsegment, ND_TEXT_OF(segment));
}

SEC("reduce") int add(const struct customer *r)
{
	__s64 customer = r->c_custkey;

	nd_group(&buyers, &customer)->rows += 1;
	return 0;
}

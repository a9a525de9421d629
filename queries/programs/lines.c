// SPDX-License-Identifier: MIT
// Lines by their number in the order: the aggregates of TPC-H Q1 over an integer key.
#include <neardata.h>

struct lineitem {
	__s64 l_quantity, l_extendedprice, l_discount, l_tax;	// DECIMAL(15,2): hundredths
	__s32 l_shipdate;					// DATE: days since 1970-01-01
	__s64 l_linenumber;
};

const volatile __s32 until = 10471;				// 1998-09-02: the last day that counts

struct totals {
	__s64 sum_qty ND_SUM, sum_base_price ND_SUM;		// hundredths
	__s64 sum_disc_price ND_SUM;				// ten-thousandths
	__s64 sum_charge ND_SUM;				// millionths
	__s64 sum_disc ND_SUM;					// hundredths
	__u64 count_order ND_SUM;
};
ND_GROUPS(lines, __s64, struct totals, 16);

SEC("filter") int keep(const struct lineitem *r)
{
	return r->l_shipdate <= until;
}

SEC("reduce") int add(const struct lineitem *r)
{
	__s64 line = r->l_linenumber;
	struct totals *group = nd_group(&lines, &line);
	__s64 discounted = r->l_extendedprice * (100 - r->l_discount);

	group->sum_qty += r->l_quantity;
	group->sum_base_price += r->l_extendedprice;
	group->sum_disc_price += discounted;
	group->sum_charge += discounted * (100 + r->l_tax);
	group->sum_disc += r->l_discount;
	group->count_order += 1;
	return 0;
}

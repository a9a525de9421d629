// SPDX-License-Identifier: MIT
// TPC-H Q6, forecasting revenue change (2.4.6): what discounts of a certain size cost in a certain time.
#include <neardata.h>

struct lineitem {
	__s64 l_quantity, l_extendedprice, l_discount;	// DECIMAL(15,2): hundredths
	__s32 l_shipdate;				// DATE: days since 1970-01-01
};

// The specification's validation values (2.4.6.3); an execution may bind others.
const volatile __s32 from = 8766, until = 9131;		// 1994-01-01, 1995-01-01: the first day after
const volatile __s64 discount_low = 5, discount_high = 7;	// 0.06 plus or minus 0.01
const volatile __s64 quantity = 2400;			// 24: the first that is too many

struct {
	__s64 revenue ND_SUM;				// ten-thousandths
	__u64 rows ND_SUM;
} result SEC(".bss.results");

SEC("filter") int keep(const struct lineitem *r)
{
	return r->l_shipdate >= from && r->l_shipdate < until
		&& r->l_discount >= discount_low && r->l_discount <= discount_high
		&& r->l_quantity < quantity;
}

SEC("reduce") int add(const struct lineitem *r)
{
	result.revenue += r->l_extendedprice * r->l_discount;
	result.rows += 1;
	return 0;
}

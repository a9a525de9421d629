// SPDX-License-Identifier: MIT
// TPC-H Q12, shipping modes and order priority (2.4.12), the first stage, over lineitem: lines that came late though they were shipped in
// time, of each order.
#include <neardata.h>

struct lineitem {
	__s64 l_orderkey;
	struct nd_str l_shipmode;
	__s32 l_shipdate, l_commitdate, l_receiptdate;	// DATE: days since 1970-01-01
};

const volatile char first_mode[11] = "MAIL", second_mode[11] = "SHIP";
const volatile __s32 from = 8766, until = 9131;		// 1994-01-01, 1995-01-01: the first day after

struct lines {
	__u64 first ND_SUM, second ND_SUM;		// by mode
};
ND_GROUPS(late, __s64, struct lines, 1 << 26);

SEC("filter") int keep(const struct lineitem *r)
{
	return (nd_str_eq(r->l_shipmode, ND_TEXT_OF(first_mode)) || nd_str_eq(r->l_shipmode, ND_TEXT_OF(second_mode)))
		&& r->l_receiptdate >= from && r->l_receiptdate < until
		&& r->l_commitdate < r->l_receiptdate && r->l_shipdate < r->l_commitdate;
}

SEC("reduce") int add(const struct lineitem *r)
{
	__s64 order = r->l_orderkey;
	struct lines *lines = nd_group(&late, &order);
	int is_first = nd_str_eq(r->l_shipmode, ND_TEXT_OF(first_mode));

	lines->first += is_first;
	lines->second += !is_first;
	return 0;
}

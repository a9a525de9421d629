// TPC-H Q1 with a constant where it has a parameter; NUMBER is another one in each program.
#include <neardata.h>

struct lineitem {
	__s64 l_quantity, l_extendedprice, l_discount, l_tax;	// DECIMAL(15,2): hundredths
	struct nd_str l_returnflag, l_linestatus;
	__s32 l_shipdate;					// DATE: days since 1970-01-01
};

struct key {
	char l_returnflag[1], l_linestatus[1];			// CHAR(1)
};
struct totals {
	__s64 sum_qty ND_SUM, sum_base_price ND_SUM, sum_disc_price ND_SUM, sum_charge ND_SUM, sum_disc ND_SUM;
	__u64 count_order ND_SUM;
};
ND_GROUPS(summary, struct key, struct totals, 16);

SEC("filter") int keep(const struct lineitem *r)
{
	return r->l_shipdate <= 10471 && r->l_extendedprice < NUMBER;
}

SEC("reduce") int add(const struct lineitem *r)
{
	struct key key;
	struct totals *group;
	__s64 discounted = r->l_extendedprice * (100 - r->l_discount);

	nd_str_copy(key.l_returnflag, r->l_returnflag);
	nd_str_copy(key.l_linestatus, r->l_linestatus);
	group = nd_group(&summary, &key);
	group->sum_qty += r->l_quantity;
	group->sum_base_price += r->l_extendedprice;
	group->sum_disc_price += discounted;
	group->sum_charge += discounted * (100 + r->l_tax);
	group->sum_disc += r->l_discount;
	group->count_order += 1;
	return 0;
}

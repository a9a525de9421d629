// TPC-H Q6 with constants where it has parameters; NUMBER is another one in each program.
#include <neardata.h>

struct lineitem {
	__s64 l_quantity, l_extendedprice, l_discount;	// DECIMAL(15,2): hundredths
	__s32 l_shipdate;				// DATE: days since 1970-01-01
};

struct {
	__s64 revenue ND_SUM;
	__u64 rows ND_SUM;
} result SEC(".bss.results");

SEC("filter") int keep(const struct lineitem *r)
{
	return r->l_shipdate >= 8766 && r->l_shipdate < 9131
		&& r->l_discount >= 5 && r->l_discount <= 7
		&& r->l_extendedprice < NUMBER;
}

SEC("reduce") int add(const struct lineitem *r)
{
	result.revenue += r->l_extendedprice * r->l_discount;
	result.rows += 1;
	return 0;
}

// Lines of one ship mode; NUMBER is another one in each program.
#include <neardata.h>

struct lineitem {
	__s64 l_extendedprice;				// DECIMAL(15,2): hundredths
	struct nd_str l_shipmode;
};

struct {
	__u64 rows ND_SUM;
} result SEC(".bss.results");

SEC("filter") int keep(const struct lineitem *r)
{
	return nd_str_eq(r->l_shipmode, ND_TEXT("AIR")) && r->l_extendedprice < NUMBER;
}

SEC("reduce") int add(const struct lineitem *r)
{
	(void)r;
	result.rows += 1;
	return 0;
}

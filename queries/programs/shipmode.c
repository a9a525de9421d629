/* How many items of lineitem were shipped in one way: select count(*) from lineitem where l_shipmode = 'AIR'. */
#include <neardata.h>

struct lineitem {
	struct nd_str l_shipmode;
};

const volatile char mode[11] = "AIR";

struct {
	__u64 rows ND_SUM;
} result SEC(".bss.results");

SEC("filter") int keep(const struct lineitem *r)
{
	return nd_str_eq(r->l_shipmode, ND_TEXT_OF(mode));
}

SEC("reduce") int count(const struct lineitem *r)
{
	(void)r;
	result.rows += 1;
	return 0;
}

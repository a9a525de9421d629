/* The numeric columns of TPC-H's Q1, each used once for every record that its filter keeps: what decoding them costs. */
#include <neardata.h>

struct lineitem {
	__s64 l_quantity, l_extendedprice, l_discount, l_tax;
	__s32 l_shipdate;
};

struct {
	__s64 quantity ND_SUM, price ND_SUM, discount ND_SUM, tax ND_SUM;
	__u64 rows ND_SUM;
} result SEC(".bss.results");

SEC("filter") int keep(const struct lineitem *r)
{
	return r->l_shipdate <= 10471; /* 1998-09-02 */
}

SEC("reduce") int add(const struct lineitem *r)
{
	result.quantity += r->l_quantity;
	result.price += r->l_extendedprice;
	result.discount += r->l_discount;
	result.tax += r->l_tax;
	result.rows += 1;
	return 0;
}

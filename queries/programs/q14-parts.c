// SPDX-License-Identifier: MIT
// TPC-H Q14, promotion effect (2.4.14), the first stage, over part: parts of the promotion.
#include <neardata.h>

struct part {
	__s64 p_partkey;
	struct nd_str p_type;
};

struct parts {
	__u64 rows ND_SUM;
};
ND_GROUPS(promoted, __s64, struct parts, 1 << 26);

SEC("filter") int keep(const struct part *r)
{
	return nd_str_like(r->p_type, ND_TEXT("PROMO%"));
}

SEC("reduce") int add(const struct part *r)
{
	__s64 part = r->p_partkey;

	nd_group(&promoted, &part)->rows += 1;
	return 0;
}

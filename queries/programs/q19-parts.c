// SPDX-License-Identifier: MIT
// TPC-H Q19, discounted revenue (2.4.19), the first stage, over part: parts of three brands in containers of certain sizes.
#include <neardata.h>

struct part {
	__s64 p_partkey;
	struct nd_str p_brand, p_container;
	__s64 p_size;
};

const volatile char first_brand[11] = "Brand#12", second_brand[11] = "Brand#23", third_brand[11] = "Brand#34";

struct parts {
	__u32 kinds ND_OR;				// 1, 2 and 4
};
ND_GROUPS(wanted, __s64, struct parts, 1 << 26);

static __always_inline int is_one_of(struct nd_str x, struct nd_str a, struct nd_str b, struct nd_str c, struct nd_str d)
{
	return nd_str_eq(x, a) || nd_str_eq(x, b) || nd_str_eq(x, c) || nd_str_eq(x, d);
}

static __always_inline __u32 kind_of(const struct part *r)
{
	if (r->p_size < 1)
		return 0;
	if (nd_str_eq(r->p_brand, ND_TEXT_OF(first_brand)))
		return r->p_size <= 5
			&& is_one_of(r->p_container, ND_TEXT("SM CASE"), ND_TEXT("SM BOX"), ND_TEXT("SM PACK"), ND_TEXT("SM PKG")) ? 1 : 0;
	if (nd_str_eq(r->p_brand, ND_TEXT_OF(second_brand)))
		return r->p_size <= 10
			&& is_one_of(r->p_container, ND_TEXT("MED BAG"), ND_TEXT("MED BOX"), ND_TEXT("MED PKG"), ND_TEXT("MED PACK")) ? 2 : 0;
	if (nd_str_eq(r->p_brand, ND_TEXT_OF(third_brand)))
		return r->p_size <= 15
			&& is_one_of(r->p_container, ND_TEXT("LG CASE"), ND_TEXT("LG BOX"), ND_TEXT("LG PACK"), ND_TEXT("LG PKG")) ? 4 : 0;
	return 0;
}

SEC("filter") int keep(const struct part *r)
{
	return kind_of(r);
}

SEC("reduce") int add(const struct part *r)
{
	__s64 part = r->p_partkey;

	nd_group(&wanted, &part)->kinds |= kind_of(r);
	return 0;
}

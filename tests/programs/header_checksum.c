/* SPDX-License-Identifier: MIT */
/* Sums the words of an IPv4 header with its options, and drops what is wrong. */
#include "packet.h"

SEC("xdp") int verify(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);
	__u32 sum = 0;

	if (!ip)
		return XDP_PASS;
	__u16 *word = (void *)ip;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 30; i++) {
		if (i >= ip->ihl * 2)
			break;
		if ((void *)(word + 1) > END(ctx))
			return XDP_DROP;
		sum += *word++;
	}
	return folded(sum) ? XDP_DROP : XDP_PASS;
}

/* SPDX-License-Identifier: MIT */
/* Walks over the options of a connection's first packet for its segment size, and makes that smaller. */
#include "packet.h"

SEC("xdp") int clamp(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);
	void *end = END(ctx);

	if (!ip || ip->protocol != IPPROTO_TCP)
		return XDP_PASS;
	struct tcphdr *tcp = (void *)ip + ip->ihl * 4;
	if ((void *)(tcp + 1) > end || !tcp->syn)
		return XDP_PASS;
	__u32 length = tcp->doff * 4;
	__u32 at = sizeof(*tcp);
#pragma clang loop unroll(disable)
	for (int option = 0; option < 10; option++) {
		if (at >= length || at > 60)
			break;
		__u8 *kind = (void *)tcp + at;
		if ((void *)(kind + 1) > end || *kind == 0)
			break;
		if (*kind == 1) {
			at++;
			continue;
		}
		if ((void *)(kind + 4) > end)
			break;
		if (*kind == 2 && kind[1] == 4) {
			__u32 size = kind[2] << 8 | kind[3];

			if (size <= 1400)
				return XDP_PASS;
			kind[2] = 1400 >> 8;
			kind[3] = 1400 & 0xff;
			return XDP_TX;
		}
		if (kind[1] < 2)
			break;
		at += kind[1];
	}
	return XDP_PASS;
}

/* SPDX-License-Identifier: MIT */
/* Cuts off what is behind the IPv4 packet, and reads and writes bytes by helpers. */
#include "packet.h"

SEC("xdp") int trim(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip)
		return XDP_PASS;
	__u32 length = END(ctx) - DATA(ctx), wanted = bpf_ntohs(ip->tot_len) + sizeof(struct ethhdr);
	if (wanted < 34 || length <= wanted)
		return XDP_PASS;
	if (bpf_xdp_adjust_tail(ctx, (int)(wanted - length)))
		return XDP_ABORTED;
	__u8 ends[4] = {};
	__u64 now = bpf_xdp_get_buff_len(ctx);
	if (now < 4 || bpf_xdp_load_bytes(ctx, now - 4, ends, sizeof(ends)))
		return XDP_ABORTED;
	ends[0] ^= ends[3];
	return bpf_xdp_store_bytes(ctx, 14 + 8, ends, 1) ? XDP_ABORTED : XDP_TX;
}

/* SPDX-License-Identifier: MIT */
/* Takes a tag off a packet; puts one on a packet without. */
#include "packet.h"

struct addresses {
	__u8 bytes[12];
};

SEC("xdp") int pop(struct xdp_md *ctx)
{
	struct ethhdr *eth = DATA(ctx);
	struct addresses kept;

	if ((void *)(eth + 1) + 4 > END(ctx) || eth->h_proto != bpf_htons(ETH_P_8021Q))
		return XDP_PASS;
	__builtin_memcpy(&kept, eth, sizeof(kept));
	if (bpf_xdp_adjust_head(ctx, 4))
		return XDP_ABORTED;
	eth = DATA(ctx);
	if ((void *)(eth + 1) > END(ctx))
		return XDP_ABORTED;
	__builtin_memcpy(eth, &kept, sizeof(kept));
	return XDP_TX;
}

SEC("xdp") int push(struct xdp_md *ctx)
{
	struct ethhdr *eth = DATA(ctx);
	struct addresses kept;

	if ((void *)(eth + 1) > END(ctx) || eth->h_proto == bpf_htons(ETH_P_8021Q))
		return XDP_PASS;
	__builtin_memcpy(&kept, eth, sizeof(kept));
	if (bpf_xdp_adjust_head(ctx, -4))
		return XDP_ABORTED;
	eth = DATA(ctx);
	struct vlan *vlan = (void *)(eth + 1);
	if ((void *)(vlan + 1) > END(ctx))
		return XDP_ABORTED;
	__builtin_memcpy(eth, &kept, sizeof(kept));
	eth->h_proto = bpf_htons(ETH_P_8021Q);
	vlan->tci = bpf_htons(42);
	return XDP_TX;
}

/* SPDX-License-Identifier: MIT */
/* Writes in front of the packet what the next program should know. */
#include "packet.h"

struct mark {
	__u32 hash;
	__u16 length, port;
};

SEC("xdp") int mark(struct xdp_md *ctx)
{
	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(struct mark)))
		return XDP_ABORTED;
	struct mark *mark = (void *)(long)ctx->data_meta;
	if ((void *)(mark + 1) > DATA(ctx))
		return XDP_ABORTED;
	__u64 length = END(ctx) - DATA(ctx);
	/* In 64 bits: half of an address is no number. */
	asm volatile("" : "+r"(length));
	mark->length = length;
	mark->port = 0;
	struct iphdr *ip = ipv4(ctx);
	mark->hash = ip ? ip->saddr ^ ip->daddr : 0;
	return XDP_PASS;
}

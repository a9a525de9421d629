/* SPDX-License-Identifier: MIT */
/* Sums a packet's bytes in a function that bpf_loop calls. */
#include "packet.h"

struct walk {
	struct xdp_md *ctx;
	__u32 sum, last;
};

static long step(__u32 index, void *context)
{
	struct walk *walk = context;
	__u8 *byte = DATA(walk->ctx) + (index & 0x3ff);

	if ((void *)(byte + 1) > END(walk->ctx))
		return 1;
	walk->sum += *byte * (index + 1);
	walk->last = index;
	return 0;
}

SEC("xdp") int sum(struct xdp_md *ctx)
{
	struct walk walk = { .ctx = ctx };
	long turns = bpf_loop(1024, step, &walk, 0);

	return (turns + walk.sum + walk.last) & 3;
}

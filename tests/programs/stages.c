/* SPDX-License-Identifier: MIT */
/* Goes on in another program for each protocol. */
#include "packet.h"

int on_tcp(struct xdp_md *ctx);
int on_udp(struct xdp_md *ctx);
int on_other(struct xdp_md *ctx);
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 256);
	__uint(key_size, 4);
	__array(values, int(void *));
} stages SEC(".maps") = { .values = { [6] = (void *)&on_tcp, [17] = (void *)&on_udp, [255] = (void *)&on_other } };
MAP(passed, BPF_MAP_TYPE_ARRAY, 4, __u32, __u64);

static __always_inline void count(__u32 stage)
{
	__u64 *passes = bpf_map_lookup_elem(&passed, &stage);

	if (passes)
		*passes += 1;
}

SEC("xdp") int entry(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	count(0);
	bpf_tail_call(ctx, &stages, ip ? ip->protocol : 255);
	return XDP_PASS;
}

SEC("xdp") int on_tcp(struct xdp_md *ctx)
{
	count(1);
	bpf_tail_call(ctx, &stages, 255);
	return XDP_ABORTED;
}

SEC("xdp") int on_udp(struct xdp_md *ctx)
{
	count(2);
	bpf_tail_call(ctx, &stages, 254);
	return XDP_TX;
}

SEC("xdp") int on_other(struct xdp_md *ctx)
{
	(void)ctx;
	count(3);
	return XDP_DROP;
}

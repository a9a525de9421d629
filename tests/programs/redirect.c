/* SPDX-License-Identifier: MIT */
/* To a socket for each queue, where there is one. */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} sockets SEC(".maps");

SEC("xdp") int redirect(struct xdp_md *ctx)
{
	__u32 queue = ctx->rx_queue_index;

	if (ipv4(ctx) && bpf_map_lookup_elem(&sockets, &queue))
		return bpf_redirect_map(&sockets, queue, 0);
	return bpf_redirect_map(&sockets, queue + 8, XDP_PASS);
}

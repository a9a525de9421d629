/* SPDX-License-Identifier: MIT */
/* Keeps packets, bytes and flags of each flow. */
#include "packet.h"

struct flow {
	__be32 source, target;
	__be16 source_port, target_port;
	__u32 protocol;
};
struct state {
	__u64 packets, bytes;
	__u32 flags, last_length;
};
MAP(flows, BPF_MAP_TYPE_HASH, 64, struct flow, struct state);

SEC("xdp") int track(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);
	struct flow flow = {};

	if (!ip)
		return XDP_PASS;
	flow.source = ip->saddr;
	flow.target = ip->daddr;
	flow.protocol = ip->protocol;
	struct tcphdr *tcp = (void *)ip + ip->ihl * 4;
	__u32 flags = 0;
	if ((void *)(tcp + 1) <= END(ctx) && ip->protocol == IPPROTO_TCP) {
		flow.source_port = tcp->source;
		flow.target_port = tcp->dest;
		flags = tcp->syn | tcp->ack << 1 | tcp->fin << 2 | tcp->rst << 3;
	}

	__u32 length = bpf_ntohs(ip->tot_len);
	struct state *known = bpf_map_lookup_elem(&flows, &flow);
	if (known) {
		known->packets++;
		known->bytes += length;
		known->flags |= flags;
		known->last_length = length;
		if (flags & 12)
			bpf_map_delete_elem(&flows, &flow);
		return XDP_PASS;
	}

	struct state fresh = { .packets = 1, .bytes = length, .flags = flags, .last_length = length };
	return bpf_map_update_elem(&flows, &flow, &fresh, BPF_NOEXIST) ? XDP_ABORTED : XDP_PASS;
}

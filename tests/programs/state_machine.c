/* SPDX-License-Identifier: MIT */
/* States of connections by the flags of their packets. */
#include "packet.h"

enum { CLOSED, OPENING, OPEN, CLOSING, STATES };
struct connection {
	__u8 state, seen[3];
	__u32 packets[STATES];
};
MAP(connections, BPF_MAP_TYPE_HASH, 64, __be32, struct connection);

SEC("xdp") int follow(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip || ip->protocol != IPPROTO_TCP || ip->ihl != 5)
		return XDP_PASS;
	struct tcphdr *tcp = (void *)(ip + 1);
	if ((void *)(tcp + 1) > END(ctx))
		return XDP_DROP;
	__be32 key = ip->saddr;
	struct connection fresh = {}, *known = bpf_map_lookup_elem(&connections, &key);
	if (!known) {
		fresh.state = tcp->syn ? OPENING : CLOSED;
		bpf_map_update_elem(&connections, &key, &fresh, BPF_ANY);
		return XDP_PASS;
	}
	__u8 state = known->state;
	switch (state) {
	case CLOSED:
		state = tcp->syn ? OPENING : CLOSED;
		break;
	case OPENING:
		state = tcp->rst ? CLOSED : tcp->ack ? OPEN : OPENING;
		break;
	case OPEN:
		state = tcp->rst ? CLOSED : tcp->fin ? CLOSING : OPEN;
		break;
	case CLOSING:
		state = tcp->ack ? CLOSED : CLOSING;
		break;
	default:
		return XDP_ABORTED;
	}
	known->state = state;
	known->seen[1] |= 1 << state;
	known->packets[state & 3]++;
	return state == CLOSED ? XDP_DROP : XDP_PASS;
}

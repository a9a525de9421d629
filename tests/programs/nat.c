/* SPDX-License-Identifier: MIT */
/* Gives packets another source, and keeps both checksums right by what changed (RFC 1624). */
#include "packet.h"

MAP(addresses, BPF_MAP_TYPE_HASH, 64, __be32, __be32);

static __always_inline __u16 updated(__u16 check, __be32 from, __be32 to)
{
	__s64 sum = bpf_csum_diff(&from, 4, &to, 4, ~check & 0xffff);

	return folded(sum);
}

SEC("xdp") int translate(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip)
		return XDP_PASS;
	__be32 from = ip->saddr;
	__be32 *found = bpf_map_lookup_elem(&addresses, &from);
	if (!found)
		return XDP_PASS;
	__be32 to = *found;
	ip->saddr = to;
	ip->check = updated(ip->check, from, to);
	void *next = (void *)ip + ip->ihl * 4;
	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = next;

		if ((void *)(tcp + 1) > END(ctx))
			return XDP_DROP;
		tcp->check = updated(tcp->check, from, to);
	} else if (ip->protocol == IPPROTO_UDP) {
		struct udphdr *udp = next;

		if ((void *)(udp + 1) > END(ctx))
			return XDP_DROP;
		if (udp->check)
			udp->check = updated(udp->check, from, to);
	}
	return XDP_TX;
}

/* SPDX-License-Identifier: MIT */
/* Drops what comes from networks of a list, and datagrams to ports of another one. */
#include "packet.h"

struct network {
	__u32 bits;
	__be32 address;
};
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1024);
	__type(key, struct network);
	__type(value, __u32);
} networks SEC(".maps");
MAP(ports, BPF_MAP_TYPE_HASH, 64, __be16, __u64);
MAP(dropped, BPF_MAP_TYPE_PERCPU_ARRAY, 2, __u32, __u64);

static __always_inline int drop(__u32 reason)
{
	__u64 *count = bpf_map_lookup_elem(&dropped, &reason);

	if (count)
		*count += 1;
	return XDP_DROP;
}

SEC("xdp") int filter(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip)
		return XDP_PASS;
	struct network network = { 32, ip->saddr };
	__u32 *rule = bpf_map_lookup_elem(&networks, &network);
	if (rule && *rule & 1)
		return drop(0);
	if (ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	struct udphdr *udp = (void *)ip + ip->ihl * 4;
	if ((void *)(udp + 1) > END(ctx))
		return XDP_DROP;
	__u64 *hits = bpf_map_lookup_elem(&ports, &udp->dest);
	if (!hits)
		return XDP_PASS;
	__sync_fetch_and_add(hits, 1);
	return drop(1);
}

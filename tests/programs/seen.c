/* SPDX-License-Identifier: MIT */
/* Passes the first packet of each address on: a bloom filter before a hash of those that were seen last. */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 1000);
	__uint(map_extra, 3);
	__type(value, __be32);
} filter SEC(".maps");
MAP(recent, BPF_MAP_TYPE_LRU_HASH, 256, __be32, __u32);

SEC("xdp") int first_only(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);
	__u32 one = 1;

	if (!ip)
		return XDP_PASS;
	__be32 source = ip->saddr;
	if (bpf_map_peek_elem(&filter, &source)) {
		bpf_map_push_elem(&filter, &source, BPF_ANY);
		bpf_map_update_elem(&recent, &source, &one, BPF_ANY);
		return XDP_TX;
	}
	__u32 *count = bpf_map_lookup_elem(&recent, &source);
	if (count)
		*count += 1;
	return XDP_DROP;
}

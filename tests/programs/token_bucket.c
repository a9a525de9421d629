/* SPDX-License-Identifier: MIT */
/* A rate for each source, by the time that the packets say themselves (the IPv4 identification). */
#include "packet.h"

struct bucket {
	__u32 tokens, last;
	__u64 refused;
};
MAP(buckets, BPF_MAP_TYPE_HASH, 64, __be32, struct bucket);

SEC("xdp") int limit(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip)
		return XDP_PASS;
	__be32 source = ip->saddr;
	__u32 now = bpf_ntohs(ip->id), cost = bpf_ntohs(ip->tot_len) / 16 + 1;
	struct bucket *bucket = bpf_map_lookup_elem(&buckets, &source);
	if (!bucket) {
		struct bucket fresh = { .tokens = 64, .last = now };

		bpf_map_update_elem(&buckets, &source, &fresh, BPF_ANY);
		return XDP_PASS;
	}
	__u32 passed = (__u16)(now - bucket->last);
	__u32 tokens = bucket->tokens + passed / 4;
	if (tokens > 64)
		tokens = 64;
	bucket->last = now;
	if (tokens < cost) {
		bucket->tokens = tokens;
		bucket->refused++;
		return XDP_DROP;
	}
	bucket->tokens = tokens - cost;
	return XDP_PASS;
}

/* SPDX-License-Identifier: MIT */
/* Counts lengths and sources without sharing between processors. */
#include "packet.h"

struct totals {
	__u64 packets, bytes;
};
MAP(lengths, BPF_MAP_TYPE_PERCPU_ARRAY, 16, __u32, __u64);
MAP(sources, BPF_MAP_TYPE_PERCPU_HASH, 64, __be32, struct totals);

SEC("xdp") int count(struct xdp_md *ctx)
{
	__u64 length = END(ctx) - DATA(ctx);
	__u32 bucket = 0;

#pragma clang loop unroll(disable)
	while (bucket < 15 && length >> (bucket + 4))
		bucket++;
	__u64 *slot = bpf_map_lookup_elem(&lengths, &bucket);
	if (slot)
		*slot += 1;
	struct iphdr *ip = ipv4(ctx);
	if (!ip)
		return XDP_PASS;
	__be32 source = ip->saddr;
	struct totals *totals = bpf_map_lookup_elem(&sources, &source);
	if (totals) {
		totals->packets += 1;
		totals->bytes += length;
	} else {
		struct totals first = { 1, length };

		bpf_map_update_elem(&sources, &source, &first, BPF_ANY);
	}
	return XDP_PASS;
}

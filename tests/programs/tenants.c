/* SPDX-License-Identifier: MIT */
/* Counts by address in a map of each tenant's own. */
#include "packet.h"

struct counts {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32);
	__type(key, __be32);
	__type(value, __u64);
} first SEC(".maps"), second SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct counts);
} tenants SEC(".maps") = { .values = { [0] = &first, [2] = &second } };

SEC("xdp") int count(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip)
		return XDP_PASS;
	__u32 tenant = bpf_ntohl(ip->saddr) & 3;
	void *counts = bpf_map_lookup_elem(&tenants, &tenant);
	if (!counts)
		return XDP_DROP;
	__be32 key = ip->daddr;
	__u64 one = 1, *count = bpf_map_lookup_elem(counts, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else if (bpf_map_update_elem(counts, &key, &one, BPF_NOEXIST))
		return XDP_ABORTED;
	return XDP_PASS;
}

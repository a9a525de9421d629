/* SPDX-License-Identifier: MIT */
/* Free ports: taken from a queue by what opens a connection, given back to a stack by what closes one. */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 8);
	__type(value, __u32);
} given SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 4);
	__type(value, __u32);
} back SEC(".maps");
MAP(errors, BPF_MAP_TYPE_ARRAY, 4, __u32, __s64);

static __always_inline void note(__u32 what, __s64 error)
{
	__s64 *noted = bpf_map_lookup_elem(&errors, &what);

	if (noted)
		*noted += error;
}

SEC("xdp") int ports(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);
	__u32 port = 0, top = 0;

	if (!ip)
		return XDP_PASS;
	note(0, bpf_map_push_elem(&given, &ip->id, BPF_EXIST));
	note(1, bpf_map_push_elem(&back, &ip->saddr, 0));
	if (ip->protocol == IPPROTO_TCP)
		note(2, bpf_map_pop_elem(&given, &port));
	note(3, bpf_map_peek_elem(&back, &top));
	return (port ^ top) & 1 ? XDP_TX : XDP_PASS;
}

/* SPDX-License-Identifier: MIT */
/* Hashes the name that a DNS question asks for, in lower case, and looks it up. */
#include "packet.h"

#define NAME_AT (14 + 20 + 8 + 12)

struct name {
	struct xdp_md *ctx;
	__u32 hash, left, labels, is_wrong;
};
MAP(names, BPF_MAP_TYPE_HASH, 64, __u32, __u64);

static long letter(__u32 index, void *context)
{
	struct name *name = context;
	__u8 *at = DATA(name->ctx) + NAME_AT + (index & 0xff);

	if ((void *)(at + 1) > END(name->ctx) || (name->left == 0 && *at > 63)) {
		name->is_wrong = 1;
		return 1;
	}
	__u8 letter = *at;
	if (name->left == 0) {
		if (letter == 0)
			return 1;
		name->left = letter;
		name->labels++;
	} else {
		name->left--;
		if (letter >= 'A' && letter <= 'Z')
			letter += 'a' - 'A';
	}
	name->hash = name->hash * 33 ^ letter;
	return 0;
}

SEC("xdp") int resolve(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip || ip->protocol != IPPROTO_UDP || ip->ihl != 5)
		return XDP_PASS;
	struct udphdr *udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > END(ctx) || udp->dest != bpf_htons(53))
		return XDP_PASS;
	struct name name = { .ctx = ctx, .hash = 5381 };
	bpf_loop(255, letter, &name, 0);
	if (name.is_wrong)
		return XDP_DROP;
	__u32 hash = name.hash;
	__u64 one = 1, *asked = bpf_map_lookup_elem(&names, &hash);
	if (asked)
		*asked += 1;
	else
		bpf_map_update_elem(&names, &hash, &one, BPF_ANY);
	return name.labels > 2 ? XDP_TX : XDP_PASS;
}

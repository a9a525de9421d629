/* SPDX-License-Identifier: MIT */
/* Chooses a server by a hash of the connection, and sends the packet there inside another one (IP in IP). */
#include "packet.h"

#define SERVERS 4

MAP(chosen, BPF_MAP_TYPE_LRU_HASH, 64, __u64, __u32);
MAP(sent, BPF_MAP_TYPE_ARRAY, SERVERS, __u32, __u64);
const __be32 servers[SERVERS] = { 0x0100000a, 0x0200000a, 0x0300000a, 0x0400000a };

static __always_inline __u32 rotated(__u32 word, int by)
{
	return word << by | word >> (32 - by);
}

static __noinline __u32 hash(__u32 a, __u32 b, __u32 c)
{
	a += 0xdeadbeef;
	b += 0xdeadbeef;
	c ^= b, c -= rotated(b, 14);
	a ^= c, a -= rotated(c, 11);
	b ^= a, b -= rotated(a, 25);
	c ^= b, c -= rotated(b, 16);
	a ^= c, a -= rotated(c, 4);
	b ^= a, b -= rotated(a, 14);
	return c ^ (b - rotated(b, 24));
}

SEC("xdp") int balance(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip || (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP))
		return XDP_PASS;
	__be16 *ports = (void *)ip + ip->ihl * 4;
	if ((void *)(ports + 2) > END(ctx))
		return XDP_DROP;
	__u64 connection = (__u64)ip->saddr << 32 | (__u32)ports[0] << 16 | ports[1];
	__u32 *before = bpf_map_lookup_elem(&chosen, &connection);
	__u32 server = before ? *before : hash(ip->saddr, ip->daddr, connection) % SERVERS;
	if (!before)
		bpf_map_update_elem(&chosen, &connection, &server, BPF_ANY);
	__u64 *count = bpf_map_lookup_elem(&sent, &server);
	if (!count)
		return XDP_ABORTED;
	*count += 1;

	__u16 length = bpf_ntohs(ip->tot_len);
	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct iphdr)))
		return XDP_ABORTED;
	struct ethhdr *eth = DATA(ctx);
	struct iphdr *outer = (void *)(eth + 1);
	struct ethhdr *old = (void *)eth + sizeof(struct iphdr);
	if ((void *)(old + 1) > END(ctx) || (void *)(outer + 1) > END(ctx))
		return XDP_ABORTED;
	__builtin_memmove(eth, old, sizeof(*eth));
	*outer = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_IPIP, .tot_len = bpf_htons(length + 20),
		.saddr = 0x0a00000a, .daddr = servers[server % SERVERS] };
	__u32 sum = 0;
	for (int word = 0; word < 10; word++)
		sum += ((__u16 *)outer)[word];
	outer->check = folded(sum);
	return XDP_TX;
}

/* SPDX-License-Identifier: MIT */
/* What the packet programs share: headers of packets, and where they are. */
#pragma once
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define DATA(ctx) ((void *)(long)(ctx)->data)
#define END(ctx) ((void *)(long)(ctx)->data_end)
#define MAP(name, kind, entries, key_type, value_type)                                                                      \
	struct {                                                                                                            \
		__uint(type, kind);                                                                                         \
		__uint(max_entries, entries);                                                                               \
		__type(key, key_type);                                                                                      \
		__type(value, value_type);                                                                                  \
	} name SEC(".maps")

struct vlan {
	__be16 tci, proto;
};

/* The IPv4 header behind an Ethernet header without tags, or null. */
static __always_inline struct iphdr *ipv4(struct xdp_md *ctx)
{
	struct ethhdr *eth = DATA(ctx);
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > END(ctx) || eth->h_proto != bpf_htons(ETH_P_IP) || ip->version != 4 || ip->ihl < 5)
		return 0;
	return ip;
}

/* What an Internet checksum is of a sum. */
static __always_inline __u16 folded(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

char LICENSE[] SEC("license") = "GPL";

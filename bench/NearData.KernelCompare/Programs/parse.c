/* SPDX-License-Identifier: MIT */
/* Ethernet, IPv4 and UDP or TCP: counts packets and bytes by protocol, and returns the destination port. */
#include <neardata.h>

struct count {
	__u64 packets, bytes;
};

struct {
	__uint(type, ND_MAP_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, struct count);
} counts SEC(".maps");

struct ethernet {
	__u8 destination[6], source[6];
	__u16 type;
} __attribute__((packed));

struct ipv4 {
	__u8 version_and_length, service;
	__u16 total, id, fragment;
	__u8 hops, protocol;
	__u16 checksum;
	__u32 source, destination;
} __attribute__((packed));

SEC("memory") __u64 parse(const __u8 *packet)
{
	const struct ethernet *link = (const void *)packet;
	const struct ipv4 *ip = (const void *)(link + 1);
	__u32 header, protocol;
	struct count *found;

	if (link->type != __builtin_bswap16(0x0800) || ip->version_and_length >> 4 != 4)
		return 0;
	header = (ip->version_and_length & 15) * 4;
	if (header < 20 || header > 40)
		return 0;
	protocol = ip->protocol;
	found = bpf_map_lookup_elem(&counts, &protocol);
	if (!found)
		return 0;
	found->packets++;
	found->bytes += __builtin_bswap16(ip->total);
	if (protocol != 6 && protocol != 17)
		return 0;
	return __builtin_bswap16(*(const __u16 *)(packet + sizeof(*link) + header + 2));
}

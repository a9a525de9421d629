/* SPDX-License-Identifier: MIT */
/* Reads a command out of a datagram: "get 12", "put 0x1f", and writes the answer over it. */
#include "packet.h"

struct answer {
	char text[32];
};
MAP(values, BPF_MAP_TYPE_ARRAY, 64, __u32, __u64);

SEC("xdp") int serve(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);

	if (!ip || ip->protocol != IPPROTO_UDP || ip->ihl != 5)
		return XDP_PASS;
	char *text = (void *)(ip + 1) + sizeof(struct udphdr);
	if ((void *)(text + 32) > END(ctx))
		return XDP_PASS;
	char command[32];
	__builtin_memcpy(command, text, sizeof(command));
	unsigned long number = 0;
	long digits = bpf_strtoul(command + 4, 16, 0, &number);
	if (digits < 0)
		return XDP_DROP;
	__u32 key = number & 63;
	__u64 *value = bpf_map_lookup_elem(&values, &key);
	if (!value)
		return XDP_ABORTED;
	if (bpf_strncmp(command, 4, "put ") == 0)
		*value += number;
	else if (bpf_strncmp(command, 4, "get ") != 0)
		return XDP_DROP;
	struct answer answer = {};
	__u64 arguments[] = { key, *value };
	long written = bpf_snprintf(answer.text, sizeof(answer.text), "%u = %llx", arguments, sizeof(arguments));
	__builtin_memcpy(text, &answer, sizeof(answer));
	return written > 8 ? XDP_TX : XDP_PASS;
}

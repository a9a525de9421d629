/* SPDX-License-Identifier: MIT */
/* The packet as a slice: parts of it are looked at and changed without a comparison with its end. */
#include "packet.h"

extern int bpf_dynptr_from_xdp(struct xdp_md *x, __u64 flags, struct bpf_dynptr *ptr) __weak __ksym;
extern void *bpf_dynptr_slice(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 size) __weak __ksym;
extern void *bpf_dynptr_slice_rdwr(const struct bpf_dynptr *ptr, __u32 offset, void *buffer, __u32 size) __weak __ksym;
extern __u32 bpf_dynptr_size(const struct bpf_dynptr *ptr) __weak __ksym;
/* Two answer with a bool, of which the kernel sets the lowest byte alone. */
extern __u32 bpf_dynptr_is_null(const struct bpf_dynptr *ptr) __weak __ksym;
extern __u32 bpf_dynptr_is_rdonly(const struct bpf_dynptr *ptr) __weak __ksym;
extern int bpf_dynptr_adjust(const struct bpf_dynptr *ptr, __u32 start, __u32 end) __weak __ksym;

__s64 answers[16];

/* Counts down the time to live of an IPv4 packet; drops the last. */
SEC("xdp") int count_down(struct xdp_md *ctx)
{
	struct bpf_dynptr packet;
	struct ethhdr eth;
	__u8 room[sizeof(struct iphdr)];

	if (bpf_dynptr_from_xdp(ctx, 0, &packet) || bpf_dynptr_read(&eth, sizeof(eth), &packet, 0, 0))
		return XDP_ABORTED;
	if (eth.h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	const struct iphdr *seen = bpf_dynptr_slice(&packet, sizeof(eth), room, sizeof(room));

	if (!seen || seen->version != 4 || seen->ttl < 2)
		return XDP_DROP;
	struct iphdr *ip = bpf_dynptr_slice_rdwr(&packet, sizeof(eth), room, sizeof(room));

	if (!ip)
		return XDP_ABORTED;
	ip->ttl--;
	return XDP_TX;
}

/* What is said of the packet, whole and in part. */
SEC("xdp") int measure(struct xdp_md *ctx)
{
	struct bpf_dynptr packet, none;
	__u32 word = 0x01020304;
	__u8 *at;

	answers[0] = bpf_dynptr_from_xdp(ctx, 0, &packet);
	answers[1] = bpf_dynptr_size(&packet);
	answers[2] = bpf_dynptr_adjust(&packet, 14, bpf_dynptr_size(&packet) - 2);
	answers[3] = bpf_dynptr_size(&packet);
	answers[4] = bpf_dynptr_adjust(&packet, 3, 2);
	answers[5] = bpf_dynptr_adjust(&packet, 0, 4000);
	answers[6] = bpf_dynptr_write(&packet, 2, &word, sizeof(word), 0);
	answers[7] = bpf_dynptr_write(&packet, 60, &word, sizeof(word), 0);
	answers[8] = bpf_dynptr_read(&word, 2, &packet, 1, 0) ?: word & 0xffff;
	answers[9] = bpf_dynptr_data(&packet, 0, 1) ? 1 : 0;
	answers[10] = (bpf_dynptr_is_null(&packet) & 0xff) << 8 | (bpf_dynptr_is_rdonly(&packet) & 0xff);
	at = bpf_dynptr_slice(&packet, 3, 0, 1);
	answers[11] = at ? *at : -1;
	answers[12] = bpf_dynptr_from_xdp(ctx, 1, &none);
	answers[13] = bpf_dynptr_size(&none);
	answers[14] = (bpf_dynptr_is_null(&none) & 0xff) << 8 | (bpf_dynptr_is_rdonly(&none) & 0xff);
	answers[15] = bpf_dynptr_adjust(&none, 0, 0);
	return XDP_PASS;
}

/* A packet that got shorter has less than its slice. */
SEC("xdp") int shorten(struct xdp_md *ctx)
{
	struct bpf_dynptr packet;
	__u8 last = 0;

	if (bpf_dynptr_from_xdp(ctx, 0, &packet) || bpf_xdp_adjust_tail(ctx, -4))
		return XDP_ABORTED;
	answers[0] = bpf_dynptr_size(&packet);
	answers[1] = bpf_dynptr_write(&packet, bpf_dynptr_size(&packet) - 1, &last, 1, 0);
	answers[2] = bpf_dynptr_write(&packet, bpf_dynptr_size(&packet) - 5, &last, 1, 0);
	return bpf_dynptr_slice(&packet, bpf_dynptr_size(&packet) - 1, 0, 1) ? XDP_TX : XDP_PASS;
}

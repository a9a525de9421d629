/* SPDX-License-Identifier: MIT */
/* Slices: memory of a map, and records of a ring buffer, whose sizes the packet tells; with all errors that they answer. */
#include "packet.h"

struct block {
	__u8 bytes[64];
};
MAP(store, BPF_MAP_TYPE_ARRAY, 1, __u32, struct block);
__s64 answers[16];
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

/* A byte of the packet behind its Ethernet header. */
static __always_inline __u32 any(struct xdp_md *ctx)
{
	__u8 *at = DATA(ctx) + 14;

	return (void *)(at + 1) > END(ctx) ? 3 : *at;
}

static __noinline int stamp(struct bpf_dynptr *slice, __u32 at)
{
	__u16 mark = 0xbeef;

	return bpf_dynptr_write(slice, at, &mark, sizeof(mark), 0);
}

SEC("xdp") int memory(struct xdp_md *ctx)
{
	__u32 zero = 0, size = (END(ctx) - DATA(ctx)) & 63, at = any(ctx) & 127;
	struct block *block = bpf_map_lookup_elem(&store, &zero);
	struct bpf_dynptr slice;
	__u64 word = 0x0123456789abcdef;

	if (!block)
		return XDP_ABORTED;
	answers[0] = bpf_dynptr_from_mem(block, size, 0, &slice);
	answers[1] = bpf_dynptr_write(&slice, at, &word, sizeof(word), 0);
	answers[2] = bpf_dynptr_write(&slice, 0, &word, sizeof(word), 1);
	long error = bpf_dynptr_read(&word, sizeof(word), &slice, at / 2, 0);

	answers[3] = error;
	if (!error)
		answers[4] = word;
	error = bpf_dynptr_read(&word, 0, &slice, at, 0);
	answers[5] = error;
	__u32 *part = bpf_dynptr_data(&slice, at, sizeof(*part));

	if (part)
		*part += 7;
	answers[6] = part ? 1 : 0;
	answers[7] = stamp(&slice, at + 1);

	/* One that isn't made is empty. */
	answers[8] = bpf_dynptr_from_mem(block, sizeof(*block), 1, &slice);
	answers[9] = bpf_dynptr_write(&slice, 0, &word, 1, 0);
	answers[10] = bpf_dynptr_data(&slice, 0, 0) ? 1 : 0;
	return part ? XDP_TX : XDP_PASS;
}

SEC("xdp") int record(struct xdp_md *ctx)
{
	__u32 size = any(ctx) & 31;
	struct bpf_dynptr slice;

	answers[11] = bpf_ringbuf_reserve_dynptr(&events, size, 0, &slice);
	for (int at = 0; at < 32; at += 4)
		bpf_dynptr_write(&slice, at, &size, sizeof(size), 0);
	for (int at = 0; at < 4; at++) {
		__u8 *last = bpf_dynptr_data(&slice, size & ~3, 1);

		if (!last)
			break;
		*last = at;
		size++;
	}
	answers[12] = stamp(&slice, 1);
	if (size & 1)
		bpf_ringbuf_submit_dynptr(&slice, 0);
	else
		bpf_ringbuf_discard_dynptr(&slice, BPF_RB_NO_WAKEUP);

	/* One that has no room is given back as well. */
	answers[13] = bpf_ringbuf_reserve_dynptr(&events, 8, 1, &slice);
	answers[14] = bpf_dynptr_write(&slice, 0, &size, 1, 0);
	bpf_ringbuf_submit_dynptr(&slice, 0);
	answers[15] = bpf_ringbuf_reserve_dynptr(&events, 1 << 24, 0, &slice);
	bpf_ringbuf_discard_dynptr(&slice, 0);
	return XDP_PASS;
}

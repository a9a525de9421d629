/* SPDX-License-Identifier: MIT */
/* Every atomic operation that clang knows, on a value that all processors share. */
#include "packet.h"

struct shared {
	__u64 sum, bits, least, owner;
	__u32 turns, swapped;
};
MAP(values, BPF_MAP_TYPE_ARRAY, 2, __u32, struct shared);

SEC("xdp") int update(struct xdp_md *ctx)
{
	__u32 key = ctx->rx_queue_index & 1;
	__u64 length = END(ctx) - DATA(ctx);
	struct shared *shared = bpf_map_lookup_elem(&values, &key);

	if (!shared)
		return XDP_ABORTED;
	__sync_fetch_and_add(&shared->turns, 1);
	__u64 before = __sync_fetch_and_add(&shared->sum, length);
	__sync_fetch_and_or(&shared->bits, 1ULL << (length & 63));
	__sync_fetch_and_xor(&shared->least, before * 3);
	__sync_fetch_and_and(&shared->least, 0xffffff);
	__u64 owner = __sync_val_compare_and_swap(&shared->owner, 0, length);
	__u32 swapped = __sync_lock_test_and_set(&shared->swapped, (__u32)length);
	return (owner + swapped + before) & 3;
}

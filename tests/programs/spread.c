/* SPDX-License-Identifier: MIT */
/* Bit fields and unions of a value, and a copy of it on the stack. */
#include "packet.h"

struct record {
	__u32 kind : 4, depth : 6, rest : 22;
	union {
		__u64 whole;
		struct {
			__u16 parts[4];
		};
	};
	__u8 bytes[8];
};
MAP(records, BPF_MAP_TYPE_ARRAY, 8, __u32, struct record);

SEC("xdp") int change(struct xdp_md *ctx)
{
	__u8 *data = DATA(ctx);

	if ((void *)(data + 16) > END(ctx))
		return XDP_DROP;
	__u32 key = data[0] & 7;
	struct record *found = bpf_map_lookup_elem(&records, &key);
	if (!found)
		return XDP_ABORTED;
	struct record copy = *found;
	copy.kind += data[1];
	copy.depth ^= data[2];
	copy.rest = copy.rest * 3 + copy.kind;
	copy.parts[2] += copy.depth;
	copy.whole ^= (__u64)data[3] << 40;
	copy.bytes[5] = data[4];
	if (bpf_map_update_elem(&records, &key, &copy, BPF_EXIST))
		return XDP_ABORTED;
	return found->bytes[data[5] & 7] & 3;
}

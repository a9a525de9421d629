/* SPDX-License-Identifier: MIT */
/* Settings, tables and counters as variables. */
#include "packet.h"

const volatile __u32 most_bytes = 128;
const __u8 weights[8] = { 1, 1, 2, 3, 5, 8, 13, 21 };
__u64 packets, bytes;
__u32 longest = 60;
static __u64 histogram[16];

SEC("xdp") int account(struct xdp_md *ctx)
{
	__u64 length = END(ctx) - DATA(ctx);

	packets++;
	bytes += length;
	if (length > longest)
		longest = length;
	histogram[length / 16 & 15] += weights[length & 7];
	return length > most_bytes ? XDP_DROP : XDP_PASS;
}

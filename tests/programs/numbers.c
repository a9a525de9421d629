/* SPDX-License-Identifier: MIT */
/* Arithmetic with signs, shifts and divisions over the packet's bytes. */
#include "packet.h"

struct sample {
	__s8 small;
	__s16 middle;
	__s32 large;
	__s64 huge;
} __attribute__((packed));

SEC("xdp") int calculate(struct xdp_md *ctx)
{
	struct sample *sample = DATA(ctx);
	__u64 sum = 0;

#pragma clang loop unroll(disable)
	for (int i = 0; i < 4; i++) {
		if ((void *)(sample + 1) > END(ctx))
			break;
		__u64 divisor = (__u8)sample->small | 1;
		sum += (__u64)sample->huge / divisor;
		sum ^= (__u32)sample->large % (__u32)divisor;
		sum += sample->middle * sample->large;
		sum = sum << (sample->small & 31) | sum >> (64 - (sample->small & 31)) % 64;
		sum -= sample->huge >> (sample->middle & 63);
		sum += __builtin_bswap32(sample->large);
		sample++;
	}
	return (sum ^ sum >> 32) & 7;
}

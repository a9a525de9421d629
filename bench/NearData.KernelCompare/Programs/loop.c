/* SPDX-License-Identifier: MIT */
/* 1,000 steps of a generator of random numbers (xorshift64, Marsaglia 2003), each needing the one before. */
#include <neardata.h>

SEC("memory") __u64 loop(const __u64 *memory)
{
	__u64 state = *memory | 1;

#pragma clang loop unroll(disable)
	for (int step = 0; step < 1000; step++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
	}
	return state;
}

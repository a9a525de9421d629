/* SPDX-License-Identifier: MIT */
/* The Internet checksum (RFC 1071) of 1,024 bytes. */
#include <neardata.h>

SEC("memory") __u64 checksum(const __u16 *memory)
{
	__u64 sum = 0;

#pragma clang loop unroll(disable)
	for (int word = 0; word < 512; word++)
		sum += memory[word];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)~sum;
}

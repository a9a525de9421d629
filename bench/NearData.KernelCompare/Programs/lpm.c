/* SPDX-License-Identifier: MIT */
/* Routes an IPv4 address over 256 prefixes of 8 to 24 bits. */
#include <neardata.h>

struct prefix {
	__u32 length, address;
};

struct {
	__uint(type, 11); /* BPF_MAP_TYPE_LPM_TRIE */
	__uint(map_flags, 1); /* BPF_F_NO_PREALLOC */
	__uint(max_entries, 256);
	__type(key, struct prefix);
	__type(value, __u32);
} routes SEC(".maps");

SEC("memory") __u64 lpm(const __u32 *memory)
{
	struct prefix key = { 32, *memory };
	__u32 *hop = bpf_map_lookup_elem(&routes, &key);

	return hop ? *hop : 0;
}

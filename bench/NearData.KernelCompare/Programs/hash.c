/* SPDX-License-Identifier: MIT */
/* Looks up four keys in a hash of 1,024 entries, of which three are there. */
#include <neardata.h>

struct {
	__uint(type, 1); /* BPF_MAP_TYPE_HASH */
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u64);
} table SEC(".maps");

static __always_inline __u64 find(const __u64 *from)
{
	__u64 key = *from;
	__u64 *value = bpf_map_lookup_elem(&table, &key);

	return value ? *value : 1;
}

SEC("memory") __u64 hash(const __u64 *memory)
{
	return find(memory) + find(memory + 1) + find(memory + 2) + find(memory + 3);
}

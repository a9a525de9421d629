/* SPDX-License-Identifier: MIT */
/* Tells of packets through a ring buffer: in place, by a copy, or after all not. */
#include "packet.h"

struct event {
	__be32 source, target;
	__u16 length, ports[2];
	__u8 protocol, reserved;
};
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");
MAP(lost, BPF_MAP_TYPE_ARRAY, 1, __u32, __u64);

SEC("xdp") int tell(struct xdp_md *ctx)
{
	struct iphdr *ip = ipv4(ctx);
	__u32 zero = 0;

	if (!ip) {
		struct event none = { .length = END(ctx) - DATA(ctx) };

		return bpf_ringbuf_output(&events, &none, sizeof(none), 0) ? XDP_ABORTED : XDP_PASS;
	}
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		__u64 *count = bpf_map_lookup_elem(&lost, &zero);

		if (count)
			*count += 1;
		return XDP_DROP;
	}
	event->source = ip->saddr;
	event->target = ip->daddr;
	event->length = bpf_ntohs(ip->tot_len);
	event->protocol = ip->protocol;
	event->reserved = 0;
	__be16 *ports = (void *)(ip + 1);
	if ((void *)(ports + 2) > END(ctx)) {
		bpf_ringbuf_discard(event, 0);
		return XDP_PASS;
	}
	event->ports[0] = ports[0];
	event->ports[1] = ports[1];
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return XDP_TX;
}

/* Events of three kinds in a ring buffer. */
#include "packet.h"

struct event {
	__u32 length;
	__u8 head[12];
};
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} events SEC(".maps");

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *start = START(context);
	if ((void *)(start + 14) > END(context))
		return XDP_DROP;
	if (start[5] & 1) {
		__u8 copy[13];
		__builtin_memcpy(copy, start, 13);
		return bpf_ringbuf_output(&events, copy, 13, 0) ? XDP_ABORTED : XDP_PASS;
	}
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return XDP_ABORTED;
	event->length = END(context) - (void *)start;
	__builtin_memcpy(event->head, start, 12);
	if (start[5] & 2)
		bpf_ringbuf_discard(event, 0);
	else
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return XDP_PASS;
}

/* Records reserved in a ring buffer. */
#include <skep_bpf.h>

struct event {
	__u64 time;
	__u32 length;
	__u8 first[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 14);
} events SEC(".maps");

/* Keeps the type in BTF. */
struct event *unused_event;

SEC("xdp")
int report(struct xdp_md *context)
{
	__u8 *data = (void *)(long)context->data;
	__u8 *end = (void *)(long)context->data_end;
	if (data + 8 > end)
		return XDP_PASS;
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event)
		return XDP_PASS;
	event->time = bpf_ktime_get_ns();
	event->length = end - data;
	__builtin_memcpy(event->first, data, 8);
	if (data[0] & 1)
		bpf_ringbuf_discard(event, 0);
	else
		bpf_ringbuf_submit(event, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

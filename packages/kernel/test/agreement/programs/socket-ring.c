/* A filter that reports what it keeps. */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 17);
} kept SEC(".maps");

SEC("socket")
int run(struct __sk_buff *context)
{
	__u8 head[20];
	if (bpf_skb_load_bytes(context, 0, head, sizeof(head)))
		return 0;
	if (head[9] != TCP && head[9] != UDP)
		return 20;
	return bpf_ringbuf_output(&kept, head, sizeof(head), 0) ? 0 : context->len;
}

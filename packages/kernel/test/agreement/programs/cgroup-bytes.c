/* A packet filter of a control group that reads with helpers and keeps notes in its context. */
#include "packet.h"

struct note {
	__u32 length;
	__u32 type;
	__u8 first[8];
	__u8 link[8];
	long results[4];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} notes SEC(".maps");

SEC("cgroup_skb/egress")
int run(struct __sk_buff *context)
{
	struct note *note = bpf_ringbuf_reserve(&notes, sizeof(*note), 0);
	if (!note)
		return 2;
	context->mark = context->len;
	context->priority = 3;
	context->cb[1] = context->mark + context->priority;
	note->length = context->cb[1];
	note->type = context->protocol | context->pkt_type << 16;
	note->results[0] = bpf_skb_load_bytes(context, 4, note->first, 8);
	note->results[1] = bpf_skb_load_bytes_relative(context, 6, note->link, 8, BPF_HDR_START_MAC);
	note->results[2] = bpf_skb_load_bytes_relative(context, 60, note->first, 4, BPF_HDR_START_NET);
	note->results[3] = context->remote_port + context->local_port + context->tc_index + context->ingress_ifindex;
	bpf_ringbuf_submit(note, 0);
	return context->len & 3;
}

/* Length, protocol and marks of socket buffers. */
#include "packet.h"

MAP(HASH, __u32, __u64, 1024, lengths);

SEC("tc")
int run(struct __sk_buff *context)
{
	__u32 key = context->protocol;
	__u64 length = context->len, *sum = bpf_map_lookup_elem(&lengths, &key);
	context->mark = length * 7;
	context->cb[0] = key;
	context->cb[4] = ~key;
	context->tc_classid = context->cb[0] + context->mark;
	context->priority = context->pkt_type;
	if (sum)
		*sum += length + context->mark + context->vlan_present + context->ifindex;
	else
		bpf_map_update_elem(&lengths, &key, &length, BPF_NOEXIST);
	return context->cb[4] & 1 ? TC_ACT_OK : TC_ACT_SHOT;
}

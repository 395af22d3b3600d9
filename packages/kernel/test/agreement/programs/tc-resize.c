/* Changes the length of socket buffers at their end and in front. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 4, lengths);

SEC("tc")
int run(struct __sk_buff *context)
{
	__u32 length = context->len, key = length & 3;
	__u64 *sum = bpf_map_lookup_elem(&lengths, &key);
	long error = key == 0 ? bpf_skb_change_tail(context, length + 20, 0) :
		key == 1 ? bpf_skb_change_tail(context, 40, 0) :
		key == 2 ? bpf_skb_change_head(context, 14, 0) : bpf_skb_pull_data(context, length);
	if (sum)
		*sum += context->len - (error ? 1 : 0);
	return error ? TC_ACT_SHOT : TC_ACT_OK;
}

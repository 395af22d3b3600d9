/* Checksums of parts of the packet, cascaded. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 4, sums);

SEC("tc")
int run(struct __sk_buff *context)
{
	__u32 words[8], key = 0;
	if (bpf_skb_load_bytes(context, context->len & 7, words, sizeof(words)))
		return TC_ACT_SHOT;
	__s64 sum = bpf_csum_diff(0, 0, words, 16, 0);
	sum = bpf_csum_diff(words, 8, words + 4, 16, sum);
	sum = bpf_csum_diff(words, 32, 0, 0, sum);
	__u64 *slot = bpf_map_lookup_elem(&sums, &key);
	if (slot)
		*slot += (__u32)sum;
	return fold((__u32)sum) & 1 ? TC_ACT_OK : TC_ACT_SHOT;
}

/* Formats and parses numbers. */
#include "packet.h"

struct text {
	char bytes[48];
};
MAP(ARRAY, __u32, struct text, 4, texts);

SEC("tc")
int run(struct __sk_buff *context)
{
	__u32 key = context->len & 3;
	struct text *text = bpf_map_lookup_elem(&texts, &key);
	char digits[16] = {};
	long number = 0;
	if (!text)
		return TC_ACT_SHOT;
	BPF_SNPRINTF(text->bytes, sizeof(text->bytes), "%d bytes of %x, %llu, %5u", context->len, context->protocol,
				 (__u64)context->len << 33, key);
	if (bpf_skb_load_bytes(context, 14, digits, 15))
		return TC_ACT_PIPE;
	for (int at = 0; at < 15; at++)
		digits[at] = '0' + (digits[at] & 15);
	long used = bpf_strtol(digits, sizeof(digits), 0, &number);
	bpf_printk("%ld", used);
	text->bytes[47] = number;
	return used > 0 ? TC_ACT_OK : used == -34 ? TC_ACT_STOLEN : TC_ACT_QUEUED;
}

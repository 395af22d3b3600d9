/* Loads in the manner of classic filters. */
#include "packet.h"

unsigned long long load_byte(void *context, unsigned long long at) asm("llvm.bpf.load.byte");
unsigned long long load_half(void *context, unsigned long long at) asm("llvm.bpf.load.half");
unsigned long long load_word(void *context, unsigned long long at) asm("llvm.bpf.load.word");

MAP(ARRAY, __u32, __u64, 256, counts);

SEC("socket")
int run(struct __sk_buff *context)
{
	__u32 key = load_byte(context, 9);
	__u64 *count = bpf_map_lookup_elem(&counts, &key);
	__u64 words = load_word(context, 12) ^ load_half(context, load_byte(context, 0) & 31);
	if (count)
		*count += words;
	return words & 0xffff;
}

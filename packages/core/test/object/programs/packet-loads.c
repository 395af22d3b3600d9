/* The packet access instructions of classic BPF (RFC 9669, section 5.5). */
/* gcc: no, it has no builtin with these names */
#include <skep_bpf.h>

__u64 load_byte(void *skb, __u64 offset) asm("llvm.bpf.load.byte");
__u64 load_half(void *skb, __u64 offset) asm("llvm.bpf.load.half");
__u64 load_word(void *skb, __u64 offset) asm("llvm.bpf.load.word");

SEC("socket")
int filter(struct __sk_buff *skb)
{
	if (load_half(skb, 12) != ETH_P_IP || load_byte(skb, 23) != IPPROTO_UDP)
		return 0;
	__u64 header = (load_byte(skb, 14) & 15) * 4;
	return load_word(skb, 14 + header) & 1 ? -1 : 0;
}

char _license[] SEC("license") = "GPL";

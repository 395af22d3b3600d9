/* Arithmetic, comparisons and loops: whatever instructions the version of the instruction set has. */
/* gcc: no, it calls a library for 64-bit byte swaps */
#include <skep_bpf.h>

__s64 signed_result;
__u64 unsigned_result;
volatile __s8 small = -3;
volatile __s16 medium = -300;
volatile __s32 number = -70000;

SEC("xdp")
int compute(struct xdp_md *context)
{
	__u64 total = context->data_end - context->data;
	__u32 narrow = total;
	__s64 wide = small + medium + number;
	for (int i = 0; i < 20; i++) {
		narrow = narrow * 31 + i;
		if (narrow > 1000)
			narrow ^= narrow >> 7;
		total += (__u64)narrow << (i & 7);
	}
#if SKEP_CPU >= 4
	wide = wide / ((__s64)total | 1) + wide % 7;
#endif
	total = __builtin_bswap64(total) ^ __builtin_bswap32(narrow) ^ __builtin_bswap16(narrow);
	switch (context->rx_queue_index) {
	case 0: wide -= 5; break;
	case 1: wide *= 3; break;
	case 2: wide = -wide; break;
	case 7: wide >>= 3; break;
	case 100: wide <<= 4; break;
	default: wide &= 0xffff; break;
	}
	signed_result = wide;
	unsigned_result = total / (narrow | 1) + total % 13;
	if (wide < -5 && (__s32)narrow <= 9)
		return XDP_TX;
	return (narrow & 4) && total != 0x123456789abcULL ? XDP_PASS : XDP_DROP;
}

char _license[] SEC("license") = "GPL";

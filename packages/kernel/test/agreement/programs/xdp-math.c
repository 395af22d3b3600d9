/* Divisions, remainders and shifts of both widths, signed and unsigned. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 16, results);

static __always_inline void add(__u32 key, __u64 value)
{
	__u64 *sum = bpf_map_lookup_elem(&results, &key);
	if (sum)
		*sum = *sum * 31 + value;
}

SEC("xdp")
int run(struct xdp_md *context)
{
	__u64 *words = START(context);
	if ((void *)words + 14 > END(context))
		return XDP_ABORTED;
	__u64 a = words[0], b = *(__u32 *)(words + 1);
	__u32 c = a, d = b >> 7;
	__s64 s = a;
	__s32 t = c;
	add(0, a / b);
	add(1, a % b);
	add(2, c / d);
	add(3, c % d);
	add(4, a * b);
	add(5, s >> (b & 63));
	add(6, t >> (d & 31));
	add(7, c << (d & 31));
	add(8, a >> (b & 63));
	add(9, -a);
	add(10, (__s64)(__s8)a + (__s16)b);
	add(11, s < (__s64)b);
	add(12, t < (__s32)d);
	add(13, __builtin_bswap64(a) ^ __builtin_bswap32(c) ^ __builtin_bswap16(d));
	add(14, a / 1000 + c % 10);
	return (a ^ b) & 1 ? XDP_PASS : XDP_TX;
}

/* Population counts, leading zeros and reversed bits. */
#include "packet.h"

MAP(ARRAY, __u32, __u32, 65, ones);

static __always_inline __u32 population(__u64 value)
{
	value -= value >> 1 & 0x5555555555555555ULL;
	value = (value & 0x3333333333333333ULL) + (value >> 2 & 0x3333333333333333ULL);
	value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return value * 0x0101010101010101ULL >> 56;
}

static __always_inline __u32 leading(__u32 value)
{
	__u32 zeros = 0;
	for (int by = 16; by; by >>= 1)
		if (!(value >> (32 - by))) {
			zeros += by;
			value <<= by;
		}
	return zeros;
}

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *start = START(context), reversed = 0;
	if ((void *)(start + 14) > END(context))
		return XDP_ABORTED;
	__u32 key = population(*(__u64 *)start);
	__u32 *count = bpf_map_lookup_elem(&ones, &key);
	if (count)
		__sync_fetch_and_add(count, leading(*(__u32 *)(start + 8)));
	for (int bit = 0; bit < 8; bit++)
		reversed |= (start[13] >> bit & 1) << (7 - bit);
	start[13] = reversed;
	return key & 1 ? XDP_PASS : XDP_TX;
}

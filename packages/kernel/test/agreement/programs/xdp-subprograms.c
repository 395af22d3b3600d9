/* Functions with many arguments and results in memory. */
#include "packet.h"

struct words {
	__u64 a, b;
};
MAP(ARRAY, __u32, struct words, 1, state);

static __noinline __u64 rotate(__u64 value, __u32 by)
{
	by &= 63;
	return value << by | value >> (-by & 63);
}

static __noinline void mix(struct words *words, __u64 one, __u32 two, __u16 three, __s8 four)
{
	words->a = rotate(words->a ^ one, two) + four;
	words->b = rotate(words->b + words->a, three) - (__s64)four * three;
}

__noinline int parity(__u64 value)
{
	for (int by = 32; by; by >>= 1)
		value ^= value >> by;
	return value & 1;
}

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *start = START(context);
	__u32 zero = 0;
	struct words *words = bpf_map_lookup_elem(&state, &zero), local;
	if (!words || (void *)(start + 14) > END(context))
		return XDP_ABORTED;
	local = *words;
	mix(&local, *(__u64 *)start, *(__u32 *)(start + 8), *(__u16 *)(start + 12), start[3]);
	*words = local;
	return parity(local.a) ? XDP_TX : parity(local.b) ? XDP_PASS : XDP_DROP;
}

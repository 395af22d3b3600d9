/* FNV and Jenkins over the packet. */
#include "packet.h"

MAP(HASH, __u32, __u32, 8192, seen);

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *at = START(context);
	void *end = END(context);
	__u32 fnv = 2166136261u, jenkins = 0, one = 1;
	for (int index = 0; index < 128; index++, at++) {
		if ((void *)(at + 1) > end)
			break;
		fnv = (fnv ^ *at) * 16777619u;
		jenkins += *at;
		jenkins += jenkins << 10;
		jenkins ^= jenkins >> 6;
	}
	jenkins += jenkins << 3;
	jenkins ^= jenkins >> 11;
	jenkins += jenkins << 15;
	fnv %= 500;
	__u32 *count = bpf_map_lookup_elem(&seen, &fnv);
	if (!count)
		return bpf_map_update_elem(&seen, &fnv, &jenkins, BPF_NOEXIST) ? XDP_DROP : XDP_PASS;
	*count ^= jenkins + one;
	return XDP_TX;
}

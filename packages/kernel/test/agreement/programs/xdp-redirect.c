/* Redirects through maps that are empty: the action in the flags counts. */
#include "packet.h"

MAP(DEVMAP, __u32, __u32, 8, devices);
MAP(DEVMAP_HASH, __u32, __u32, 8, named);
MAP(CPUMAP, __u32, __u32, 2, processors);

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *start = START(context);
	if ((void *)(start + 6) > END(context))
		return XDP_ABORTED;
	__u32 key = start[4] & 15;
	switch (start[5] % 3) {
	case 0: return bpf_redirect_map(&devices, key, key & 3);
	case 1: return bpf_redirect_map(&named, key, XDP_PASS);
	default: return bpf_redirect_map(&processors, key, XDP_TX);
	}
}

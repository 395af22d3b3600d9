/* Takes a VLAN tag off. */
#include "packet.h"

SEC("xdp")
int run(struct xdp_md *context)
{
	struct ethhdr *ethernet = START(context);
	if ((void *)(ethernet + 1) + 4 > END(context))
		return XDP_DROP;
	if (ethernet->h_proto != bpf_htons(ETH_P_8021Q))
		return XDP_PASS;
	__u8 addresses[12];
	__builtin_memcpy(addresses, ethernet, 12);
	if (bpf_xdp_adjust_head(context, 4))
		return XDP_ABORTED;
	void *start = START(context);
	if (start + 12 > END(context))
		return XDP_DROP;
	__builtin_memcpy(start, addresses, 12);
	return XDP_PASS;
}

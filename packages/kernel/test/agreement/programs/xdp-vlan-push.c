/* Puts a VLAN tag in front, with a number made of the packet. */
#include "packet.h"

SEC("xdp")
int run(struct xdp_md *context)
{
	if (bpf_xdp_adjust_head(context, -4))
		return XDP_ABORTED;
	__u8 *start = START(context);
	if ((void *)start + 18 > END(context))
		return XDP_DROP;
	for (int at = 0; at < 12; at++)
		start[at] = start[at + 4];
	*(__u16 *)(start + 12) = bpf_htons(ETH_P_8021Q);
	*(__u16 *)(start + 14) = bpf_htons(start[5] << 4 | (start[11] & 15)) & bpf_htons(0xfff);
	return XDP_PASS;
}

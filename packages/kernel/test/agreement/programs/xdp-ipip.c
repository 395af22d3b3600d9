/* Encapsulates IPv4 in IPv4 by bpf_xdp_adjust_head. */
#include "packet.h"

SEC("xdp")
int run(struct xdp_md *context)
{
	struct iphdr *inner = ipv4(START(context), END(context));
	if (!inner)
		return XDP_PASS;
	__u16 length = bpf_ntohs(inner->tot_len) + sizeof(struct iphdr);
	if (bpf_xdp_adjust_head(context, -(int)sizeof(struct iphdr)))
		return XDP_ABORTED;
	struct ethhdr *new = START(context), *old = (void *)new + sizeof(struct iphdr);
	struct iphdr *outer = (void *)(new + 1);
	if ((void *)(old + 1) > END(context) || (void *)(outer + 1) > END(context))
		return XDP_DROP;
	__builtin_memmove(new, old, sizeof(*new));
	*outer = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = 4, .tot_len = bpf_htons(length),
							.saddr = bpf_htonl(0x0a000001), .daddr = bpf_htonl(0x0a000002)};
	outer->check = fold((__u32)bpf_csum_diff(0, 0, (void *)outer, sizeof(*outer), 0));
	return XDP_TX;
}

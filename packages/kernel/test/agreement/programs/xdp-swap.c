/* Sends packets back: swaps addresses of Ethernet and IPv6. */
#include "packet.h"

SEC("xdp")
int run(struct xdp_md *context)
{
	void *end = END(context);
	struct ethhdr *ethernet = START(context);
	struct ipv6hdr *ip = (void *)(ethernet + 1);
	unsigned char address[6];
	if ((void *)(ethernet + 1) > end)
		return XDP_ABORTED;
	__builtin_memcpy(address, ethernet->h_source, 6);
	__builtin_memcpy(ethernet->h_source, ethernet->h_dest, 6);
	__builtin_memcpy(ethernet->h_dest, address, 6);
	if (ethernet->h_proto != bpf_htons(ETH_P_IPV6) || (void *)(ip + 1) > end)
		return XDP_PASS;
	struct in6_addr source = ip->saddr;
	ip->saddr = ip->daddr;
	ip->daddr = source;
	return --ip->hop_limit ? XDP_TX : XDP_DROP;
}

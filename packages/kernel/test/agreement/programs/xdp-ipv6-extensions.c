/* Walks the extension headers of IPv6. */
#include "packet.h"

MAP(HASH, __u32, __u32, 256, chains);

SEC("xdp")
int run(struct xdp_md *context)
{
	void *end = END(context);
	struct ethhdr *ethernet = START(context);
	struct ipv6hdr *ip = (void *)(ethernet + 1);
	if ((void *)(ip + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IPV6))
		return XDP_PASS;
	__u8 next = ip->nexthdr, *at = (void *)(ip + 1);
	__u32 chain = next, one = 1;
	for (int depth = 0; depth < 6; depth++) {
		if (next != 0 && next != 43 && next != 60)
			break;
		if ((void *)(at + 2) > end)
			return XDP_DROP;
		next = at[0];
		at += 8 + at[1] * 8;
		chain = chain << 5 ^ next;
	}
	__u32 *count = bpf_map_lookup_elem(&chains, &chain);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&chains, &chain, &one, 0);
	return next == TCP ? XDP_TX : XDP_PASS;
}

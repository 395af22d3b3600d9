/* Rewrites destination and port, and updates the checksums incrementally. */
#include "packet.h"

MAP(HASH, __u16, __u32, 64, targets);

static __always_inline void replace(__u16 *sum, __u32 old, __u32 new)
{
	__u64 total = (__u16)~*sum;
	total += (__u16)~(old & 0xffff) + (__u16)~(old >> 16) + (new & 0xffff) + (new >> 16);
	*sum = fold(total);
}

SEC("xdp")
int run(struct xdp_md *context)
{
	void *end = END(context);
	struct iphdr *ip = ipv4(START(context), end);
	if (!ip || ip->protocol != UDP)
		return XDP_PASS;
	struct udphdr *udp = (void *)(ip + 1);
	if ((void *)(udp + 1) > end)
		return XDP_DROP;
	__u16 port = udp->dest;
	__u32 *known = bpf_map_lookup_elem(&targets, &port), target = 0x0a000000 | port;
	if (known)
		target = *known;
	else if (bpf_map_update_elem(&targets, &port, &target, BPF_ANY))
		target = bpf_htonl(0xc0a80001);
	replace(&ip->check, ip->daddr, target);
	if (udp->check)
		replace(&udp->check, ip->daddr, target);
	ip->daddr = target;
	udp->dest = bpf_htons(8080);
	return XDP_TX;
}

/* Packets by the protocol of IPv4. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 256, counts);

SEC("xdp")
int run(struct xdp_md *context)
{
	struct iphdr *ip = ipv4(START(context), END(context));
	__u32 key = ip ? ip->protocol : 0;
	__u64 *count = bpf_map_lookup_elem(&counts, &key);
	if (count)
		*count += 1;
	return ip ? XDP_PASS : XDP_DROP;
}

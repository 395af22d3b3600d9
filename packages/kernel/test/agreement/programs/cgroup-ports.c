/* A packet filter of a control group: counts by protocol and port, and lets some ports through. */
#include "packet.h"

struct flow {
	__u32 source;
	__u32 port;
};

MAP(HASH, struct flow, __u64, 4096, flows);
MAP(ARRAY, __u32, __u64, 256, protocols);

SEC("cgroup_skb/ingress")
int run(struct __sk_buff *context)
{
	void *end = END(context);
	struct iphdr *ip = HEADER((struct iphdr *)START(context), end);
	if (!ip || ip->version != 4 || ip->ihl != 5)
		return context->protocol == bpf_htons(ETH_P_IPV6);
	__u32 protocol = ip->protocol;
	__u64 *bytes = bpf_map_lookup_elem(&protocols, &protocol);
	if (bytes)
		*bytes += context->len;
	struct udphdr *udp = HEADER((struct udphdr *)(ip + 1), end);
	if (!udp || (protocol != UDP && protocol != TCP))
		return 1;
	struct flow flow = {.source = ip->saddr, .port = udp->dest};
	__u64 one = 1, *count = bpf_map_lookup_elem(&flows, &flow);
	if (count)
		*count += 1;
	else
		bpf_map_update_elem(&flows, &flow, &one, 0);
	return udp->dest != bpf_htons(53);
}

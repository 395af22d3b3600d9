/* Packets and bytes of each flow in a hash. */
#include "packet.h"

struct flow {
	__u32 source, destination;
	__u16 ports[2];
	__u8 protocol, padding[3];
};
struct totals {
	__u64 packets, bytes;
	__u32 first, last;
};
MAP(HASH, struct flow, struct totals, 4096, flows);

SEC("xdp")
int run(struct xdp_md *context)
{
	void *end = END(context);
	struct iphdr *ip = ipv4(START(context), end);
	if (!ip || (ip->protocol != TCP && ip->protocol != UDP))
		return XDP_PASS;
	__u16 *ports = (void *)(ip + 1);
	if ((void *)(ports + 2) > end)
		return XDP_ABORTED;
	__u32 length = end - START(context);
	struct flow key = {ip->saddr, ip->daddr, {ports[0], ports[1]}, ip->protocol};
	struct totals first = {1, length, length, length};
	struct totals *found = bpf_map_lookup_elem(&flows, &key);
	if (!found)
		return bpf_map_update_elem(&flows, &key, &first, BPF_NOEXIST) ? XDP_DROP : XDP_PASS;
	found->packets++;
	found->bytes += length;
	found->last = length;
	return found->packets & 1 ? XDP_PASS : XDP_TX;
}

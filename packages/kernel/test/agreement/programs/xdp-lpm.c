/* Verdicts by the longest prefix of the source. */
#include "packet.h"

struct prefix {
	__u32 length;
	__u32 address;
};
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 256);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u64);
} routes SEC(".maps");

SEC("xdp")
int run(struct xdp_md *context)
{
	struct iphdr *ip = ipv4(START(context), END(context));
	if (!ip)
		return XDP_PASS;
	struct prefix key = {32, ip->saddr};
	__u64 *hits = bpf_map_lookup_elem(&routes, &key), one = 1;
	if (hits)
		(*hits)++;
	key.address = ip->daddr;
	key.length = ip->tos & 31;
	if (!hits && bpf_map_update_elem(&routes, &key, &one, BPF_NOEXIST))
		return XDP_DROP;
	if (ip->ttl < 16)
		bpf_map_delete_elem(&routes, &key);
	return hits ? XDP_TX : XDP_PASS;
}

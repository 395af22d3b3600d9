/* Counters in a map of maps. */
#include "packet.h"

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u64);
} small SEC(".maps"), large SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = {.values = {[0] = &small, [3] = &large}};

SEC("xdp")
int run(struct xdp_md *context)
{
	__u32 length = END(context) - START(context), slot = length / 256, key = length & 7;
	void *map = bpf_map_lookup_elem(&outer, &slot);
	if (!map)
		return XDP_DROP;
	__u64 *count = bpf_map_lookup_elem(map, &key);
	if (!count)
		return XDP_TX;
	*count += length;
	return XDP_PASS;
}

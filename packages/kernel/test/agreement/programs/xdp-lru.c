/* The newest values of a small LRU hash that never overflows. */
#include "packet.h"

MAP(LRU_HASH, __u8, __u64, 4096, recent);

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *start = START(context);
	if ((void *)(start + 6) > END(context))
		return XDP_ABORTED;
	__u8 key = start[5];
	__u64 value = *(__u32 *)start;
	__u64 *found = bpf_map_lookup_elem(&recent, &key);
	if (found && *found > value)
		return bpf_map_delete_elem(&recent, &key) ? XDP_DROP : XDP_TX;
	return bpf_map_update_elem(&recent, &key, &value, found ? BPF_EXIST : BPF_NOEXIST) ? XDP_DROP : XDP_PASS;
}

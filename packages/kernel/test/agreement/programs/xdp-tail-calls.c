/* A chain of tail calls as long as the packet's first bytes say. */
#include "packet.h"

int first(struct xdp_md *context);
int second(struct xdp_md *context);
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 8);
	__uint(key_size, 4);
	__array(values, int(void *));
} steps SEC(".maps") = {.values = {[1] = (void *)&first, [4] = (void *)&second}};
MAP(ARRAY, __u32, __u32, 2, calls);

static __always_inline int count(__u32 key)
{
	__u32 *number = bpf_map_lookup_elem(&calls, &key);
	return number ? ++*number : 0;
}

SEC("xdp")
int first(struct xdp_md *context)
{
	bpf_tail_call(context, &steps, (__u32)count(0) % 7);
	return XDP_DROP;
}

SEC("xdp")
int second(struct xdp_md *context)
{
	bpf_tail_call(context, &steps, count(1) & 1 ? 4 : 100);
	return XDP_TX;
}

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 *start = START(context);
	if ((void *)(start + 6) > END(context))
		return XDP_ABORTED;
	bpf_tail_call(context, &steps, start[5] & 7);
	return XDP_PASS;
}

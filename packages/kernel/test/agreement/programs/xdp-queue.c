/* A queue and a stack that change places. */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 32);
	__uint(value_size, 4);
} queue SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 16);
	__uint(value_size, 4);
} stack SEC(".maps");

SEC("xdp")
int run(struct xdp_md *context)
{
	__u32 value = END(context) - START(context), out = 0;
	if (bpf_map_push_elem(&queue, &value, value & 1 ? BPF_EXIST : 0)) {
		if (bpf_map_pop_elem(&queue, &out))
			return XDP_ABORTED;
		value = out;
	}
	if (value % 3 == 0 && !bpf_map_peek_elem(&queue, &out))
		bpf_map_push_elem(&stack, &out, BPF_EXIST);
	if (value % 7 == 0 && bpf_map_pop_elem(&stack, &out))
		return XDP_DROP;
	return out & 1 ? XDP_TX : XDP_PASS;
}

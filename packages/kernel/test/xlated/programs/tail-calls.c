/* A program array whose slots are set from the start, and one that is filled later. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

int next(struct xdp_md *context);
int last(struct xdp_md *context);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, sizeof(__u32));
	__array(values, int(void *));
} steps SEC(".maps") = {.values = {[1] = (void *)&next, [3] = (void *)&last}};

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u32);
} later SEC(".maps");

static __noinline int jump(struct xdp_md *context, __u32 slot)
{
	bpf_tail_call(context, &later, slot);
	return slot;
}

SEC("xdp")
int last(struct xdp_md *context)
{
	return jump(context, context->rx_queue_index) ? XDP_DROP : XDP_PASS;
}

SEC("xdp")
int next(struct xdp_md *context)
{
	bpf_tail_call_static(context, &steps, 3);
	return XDP_ABORTED;
}

SEC("xdp")
int start(struct xdp_md *context)
{
	bpf_tail_call(context, &steps, 1 + (context->rx_queue_index & 1));
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";

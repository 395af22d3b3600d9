/* A program array that holds its programs from the start; several programs in one section. */
#include <skep_bpf.h>

int even(struct xdp_md *context);
int odd(struct xdp_md *context);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(void *));
} next SEC(".maps") = {
	.values = { [0] = (void *)&even, [3] = (void *)&odd },
};

SEC("xdp")
int entry(struct xdp_md *context)
{
	bpf_tail_call(context, &next, context->rx_queue_index & 3);
	return XDP_PASS;
}

SEC("xdp")
int even(struct xdp_md *context)
{
	return context->data == 0 ? XDP_DROP : XDP_TX;
}

SEC("xdp")
int odd(struct xdp_md *context)
{
	bpf_tail_call(context, &next, 0);
	return XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";

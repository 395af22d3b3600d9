/* A program that is loaded only when asked for. */
#include <skep_bpf.h>

SEC("?xdp")
int on_demand(struct xdp_md *context)
{
	return XDP_DROP;
}

SEC("xdp")
int always(struct xdp_md *context)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

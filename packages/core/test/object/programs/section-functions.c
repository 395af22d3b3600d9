/* Static functions in the section of the programs that call them, and programs that call programs. */
/* libbpf: no, it takes subprograms from .text only */
#include <skep_bpf.h>

static __attribute__((section("xdp"), noinline)) int helper(__u32 number)
{
	return number % 3;
}

SEC("xdp")
__noinline int inner(struct xdp_md *context)
{
	return helper(context->rx_queue_index);
}

SEC("xdp/cpumap")
int outer(struct xdp_md *context)
{
	return inner(context) + helper(7);
}

char _license[] SEC("license") = "GPL";

/* Static and global subprograms, used from several programs and from each other. */
#include <skep_bpf.h>

static volatile __u32 seed = 3;

static __noinline int twice(int number)
{
	return number * 2 + seed;
}

__noinline int shared(int number)
{
	return twice(number) ^ 5;
}

static __noinline int deep(int number)
{
	return shared(number) + twice(number + 1);
}

__noinline __attribute__((visibility("hidden"))) int hidden(int number)
{
	return number * 3 + seed;
}

__weak int replaceable(int number)
{
	return number + 7;
}

SEC("xdp")
int first(struct xdp_md *context)
{
	return deep(context->rx_queue_index) & 1 ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int second(struct xdp_md *context)
{
	return (hidden(context->rx_queue_index) + twice(4)) & 1 ? XDP_PASS : XDP_DROP;
}

SEC("tc")
int third(struct __sk_buff *context)
{
	return shared(context->len) + replaceable(context->mark) + deep(1);
}

char _license[] SEC("license") = "GPL";

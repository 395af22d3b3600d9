/* Static and global functions, shared between programs and sections. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u64 calls;

static __noinline __u32 mix(__u32 one, __u32 other)
{
	calls += 1;
	return (one << 5) ^ (other >> 3);
}

__noinline int total(const __u32 *numbers)
{
	__u32 sum = 0;
	if (!numbers)
		return 0;
	for (int at = 0; at < 4; at++)
		sum += mix(numbers[0], at);
	return sum;
}

__attribute__((weak)) __noinline int maybe(__u32 number)
{
	return total(&number) + 1;
}

static __noinline int five(__u64 a, __u64 b, __u64 c, __u64 d, __u64 e)
{
	return mix(a + b, c) + mix(d, e);
}

SEC("xdp")
int first(struct xdp_md *context)
{
	__u32 number = context->rx_queue_index;
	return total(&number) & 1 ? XDP_PASS : XDP_DROP;
}

SEC("xdp")
int second(struct xdp_md *context)
{
	return five(context->ingress_ifindex, 2, 3, context->rx_queue_index, 5) & 1 ? maybe(3) : XDP_PASS;
}

SEC("tc")
int third(struct __sk_buff *context)
{
	return maybe(context->len) & 1;
}

char _license[] SEC("license") = "GPL";

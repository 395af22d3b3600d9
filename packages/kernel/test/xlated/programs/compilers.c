/* What only the compiler decides: switch tables, 32-bit arithmetic, atomics, large stacks, 64-bit constants. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps");

static __always_inline __u32 pick(__u32 number)
{
	switch (number) {
	case 0: return 0x9e3779b9;
	case 1: return 0x85ebca6b;
	case 2: return 0xc2b2ae35;
	case 3: return 0x27d4eb2f;
	case 9: return 0x165667b1;
	default: return number;
	}
}

SEC("xdp")
int use(struct xdp_md *context)
{
	__u32 key = context->rx_queue_index & 7, sum = 0;
	__u64 words[24] = {};
	__u64 *count = bpf_map_lookup_elem(&counts, &key);
	if (!count)
		return XDP_ABORTED;
	__sync_fetch_and_add(count, 0x123456789abcdef0ULL);
	for (int at = 0; at < 24; at++)
		words[at] = pick(key + at) * 0x100000001b3ULL;
	for (int at = 0; at < 24; at += 5)
		sum ^= words[at] >> (at & 31);
	return (int)sum < 0 ? XDP_DROP : XDP_PASS;
}

char _license[] SEC("license") = "GPL";

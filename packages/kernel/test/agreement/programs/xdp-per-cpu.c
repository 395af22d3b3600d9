/* Statistics in per-CPU maps. */
#include "packet.h"

struct totals {
	__u64 packets, bytes;
};
MAP(PERCPU_ARRAY, __u32, struct totals, 16, sizes);
MAP(PERCPU_HASH, __u16, __u64, 512, kinds);

SEC("xdp")
int run(struct xdp_md *context)
{
	__u64 length = END(context) - START(context), one = 1;
	__u32 key = length / 128 & 15;
	struct totals *totals = bpf_map_lookup_elem(&sizes, &key);
	struct ethhdr *ethernet = HEADER((struct ethhdr *)START(context), END(context));
	if (!totals || !ethernet)
		return XDP_ABORTED;
	totals->packets++;
	totals->bytes += length;
	__u16 kind = ethernet->h_proto;
	__u64 *count = bpf_map_lookup_elem(&kinds, &kind);
	if (count)
		++*count;
	else
		bpf_map_update_elem(&kinds, &kind, &one, BPF_ANY);
	return length % 3;
}

/* Metadata in front of the packet. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 2, sums);

SEC("xdp")
int run(struct xdp_md *context)
{
	__u32 key = 0;
	if (bpf_xdp_adjust_meta(context, -8))
		return XDP_ABORTED;
	__u32 *meta = (void *)(long)context->data_meta;
	if ((void *)(meta + 2) > START(context))
		return XDP_DROP;
	meta[0] = END(context) - START(context);
	meta[1] = meta[0] * 2654435761u;
	key = meta[1] >> 31;
	__u64 *sum = bpf_map_lookup_elem(&sums, &key);
	if (sum)
		*sum += meta[1];
	if (bpf_xdp_adjust_meta(context, 4) || bpf_xdp_adjust_meta(context, 2) == 0)
		return XDP_TX;
	return bpf_xdp_adjust_meta(context, 4) ? XDP_DROP : XDP_PASS;
}

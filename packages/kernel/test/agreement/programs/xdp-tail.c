/* Cuts and grows packets at their end. */
#include "packet.h"

MAP(ARRAY, __u32, __u64, 4, results);

SEC("xdp")
int run(struct xdp_md *context)
{
	int length = END(context) - START(context);
	__u8 *start = START(context);
	if ((void *)(start + 1) > END(context))
		return XDP_DROP;
	int change = (*start & 63) - 48;
	long error = bpf_xdp_adjust_tail(context, change);
	__u32 key = error ? 0 : change < 0 ? 1 : 2;
	__u64 *result = bpf_map_lookup_elem(&results, &key);
	if (result)
		*result += error ? -error : END(context) - START(context);
	start = START(context);
	if ((void *)(start + 14) > END(context))
		return XDP_ABORTED;
	start[13] = length;
	return error ? XDP_DROP : XDP_PASS;
}

/* Reads and writes the packet through helpers, at offsets of its own. */
#include "packet.h"

SEC("xdp")
int run(struct xdp_md *context)
{
	__u8 bytes[16] = {};
	__u32 length = bpf_xdp_get_buff_len(context), offset = length / 3;
	if (bpf_xdp_load_bytes(context, offset, bytes, 8))
		return XDP_DROP;
	for (int at = 0; at < 8; at++)
		bytes[at + 8] = bytes[7 - at] ^ at;
	if (bpf_xdp_store_bytes(context, length - (bytes[0] & 31), bytes + 8, 8))
		return XDP_TX;
	return bpf_xdp_load_bytes(context, length, bytes, 1) ? XDP_PASS : XDP_ABORTED;
}

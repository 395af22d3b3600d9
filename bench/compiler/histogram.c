/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct histogram {
	__u64 slots[16];
	__u64 total;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, struct histogram);
} lengths SEC(".maps");

/* Position of the highest bit that is set. */
static __always_inline __u32 log2(__u32 value)
{
	__u32 result = (value > 0xffff) << 4;
	value >>= result;
	__u32 shift = (value > 0xff) << 3;
	value >>= shift;
	result |= shift;
	shift = (value > 0xf) << 2;
	value >>= shift;
	result |= shift;
	shift = (value > 0x3) << 1;
	value >>= shift;
	result |= shift;
	return result | value >> 1;
}

static __always_inline __u32 kind_of(__be16 type)
{
	switch (bpf_ntohs(type)) {
	case ETH_P_IP:
		return 1;
	case ETH_P_IPV6:
		return 2;
	case ETH_P_ARP:
		return 3;
	default:
		return 0;
	}
}

SEC("xdp")
int histogram(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	__u32 kind = kind_of(eth->h_proto);
	struct histogram *of = bpf_map_lookup_elem(&lengths, &kind);
	if (!of)
		return XDP_PASS;
	__u32 length = end - data;
	of->slots[log2(length) & 15] += 1;
	of->total += length;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct sample {
	__u64 number;
	__u32 length;
	__u32 ifindex;
	__u8 dst[ETH_ALEN];
	__u8 src[ETH_ALEN];
	__u16 type;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} samples SEC(".maps");

__u64 seen;
__u64 lost;
const volatile __u64 every = 8;

SEC("xdp")
int sample(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u64 number = __sync_fetch_and_add(&seen, 1);
	__u64 period = every;
	if (period == 0 || number % period != 0)
		return XDP_PASS;
	struct ethhdr *eth = data;
	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	struct sample *sample = bpf_ringbuf_reserve(&samples, sizeof(*sample), 0);
	if (!sample) {
		__sync_fetch_and_add(&lost, 1);
		return XDP_PASS;
	}
	/* All of it, as the kernel does not clear it: the padding too. */
	__builtin_memset(sample, 0, sizeof(*sample));
	sample->number = number;
	sample->length = end - data;
	sample->ifindex = ctx->ingress_ifindex;
	__builtin_memcpy(sample->dst, eth->h_dest, ETH_ALEN);
	__builtin_memcpy(sample->src, eth->h_source, ETH_ALEN);
	sample->type = bpf_ntohs(eth->h_proto);
	bpf_ringbuf_submit(sample, 0);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

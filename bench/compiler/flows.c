/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct flow {
	__be32 src;
	__be32 dst;
	__be16 srcPort;
	__be16 dstPort;
	__u8 protocol;
};

struct traffic {
	__u64 packets;
	__u64 bytes;
	__u32 flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow);
	__type(value, struct traffic);
} flows SEC(".maps");

SEC("xdp")
int account(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	struct ports *ports = (void *)ip + ip->ihl * 4;
	if ((void *)(ports + 1) > end)
		return XDP_PASS;
	struct flow flow = {};
	flow.src = ip->saddr;
	flow.dst = ip->daddr;
	flow.srcPort = ports->source;
	flow.dstPort = ports->dest;
	flow.protocol = ip->protocol;
	__u32 flags = 0;
	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = (void *)ports;
		if ((void *)(tcp + 1) <= end)
			flags = ((__u8 *)tcp)[13];
	}
	struct traffic *traffic = bpf_map_lookup_elem(&flows, &flow);
	if (!traffic) {
		struct traffic zero = {};
		bpf_map_update_elem(&flows, &flow, &zero, BPF_NOEXIST);
		traffic = bpf_map_lookup_elem(&flows, &flow);
		if (!traffic)
			return XDP_PASS;
	}
	__sync_fetch_and_add(&traffic->packets, 1);
	__sync_fetch_and_add(&traffic->bytes, end - data);
	__sync_fetch_and_or(&traffic->flags, flags);
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

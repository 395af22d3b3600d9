/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

#define VXLAN_PORT 4789

struct vxlanhdr {
	__be32 flags;
	__be32 vni;
};

struct inside {
	__u32 vni;
	__u8 protocol;
};

struct counter {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct inside);
	__type(value, struct counter);
} networks SEC(".maps");

SEC("xdp")
int vxlan(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->protocol != IPPROTO_UDP || ip->ihl != 5)
		return XDP_PASS;
	struct udphdr *udp = (void *)(ip + 1);
	struct vxlanhdr *tunnel = (void *)(udp + 1);
	struct ethhdr *innerEth = (void *)(tunnel + 1);
	struct iphdr *inner = (void *)(innerEth + 1);
	if ((void *)inner > end || udp->dest != bpf_htons(VXLAN_PORT))
		return XDP_PASS;
	struct inside key = {};
	key.vni = bpf_ntohl(tunnel->vni) >> 8;
	if (innerEth->h_proto == bpf_htons(ETH_P_IP) && (void *)(inner + 1) <= end)
		key.protocol = inner->protocol;
	struct counter *counter = bpf_map_lookup_elem(&networks, &key);
	if (!counter) {
		struct counter zero = {};
		bpf_map_update_elem(&networks, &key, &zero, BPF_NOEXIST);
		counter = bpf_map_lookup_elem(&networks, &key);
		if (!counter)
			return XDP_PASS;
	}
	counter->packets += 1;
	counter->bytes += end - data;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct mac {
	__u8 bytes[ETH_ALEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct mac);
	__type(value, __u16);
} vlanOf SEC(".maps");

SEC("xdp")
int vlanPush(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	if ((void *)(eth + 1) > end || eth->h_proto == bpf_htons(ETH_P_8021Q))
		return XDP_PASS;
	struct mac source;
	__builtin_memcpy(&source, eth->h_source, ETH_ALEN);
	__u16 *id = bpf_map_lookup_elem(&vlanOf, &source);
	if (!id)
		return XDP_PASS;
	struct ethhdr old = *eth;
	__u16 number = *id & 0xfff;
	if (bpf_xdp_adjust_head(ctx, -(int)sizeof(struct vlan_hdr)))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	eth = data;
	struct vlan_hdr *tag = (void *)(eth + 1);
	if ((void *)(tag + 1) > end)
		return XDP_ABORTED;
	__builtin_memcpy(eth, &old, 2 * ETH_ALEN);
	eth->h_proto = bpf_htons(ETH_P_8021Q);
	tag->h_vlan_TCI = bpf_htons(number);
	tag->h_vlan_encapsulated_proto = old.h_proto;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

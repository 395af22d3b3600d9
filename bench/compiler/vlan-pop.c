/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

const volatile __u16 vlan = 10;

SEC("xdp")
int vlanPop(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct vlan_hdr *tag = (void *)(eth + 1);
	if ((void *)(tag + 1) > end)
		return XDP_PASS;
	if (eth->h_proto != bpf_htons(ETH_P_8021Q) && eth->h_proto != bpf_htons(ETH_P_8021AD))
		return XDP_PASS;
	if ((bpf_ntohs(tag->h_vlan_TCI) & 0xfff) != vlan)
		return XDP_PASS;
	struct ethhdr old = *eth;
	old.h_proto = tag->h_vlan_encapsulated_proto;
	if (bpf_xdp_adjust_head(ctx, sizeof(*tag)))
		return XDP_ABORTED;
	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	eth = data;
	if ((void *)(eth + 1) > end)
		return XDP_ABORTED;
	*eth = old;
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

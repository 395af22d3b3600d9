/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __be16);
	__type(value, __u64);
} attempts SEC(".maps");

SEC("xdp")
int syn(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_TCP)
		return XDP_PASS;
	struct tcphdr *tcp = (void *)ip + ip->ihl * 4;
	if ((void *)(tcp + 1) > end || !tcp->syn || tcp->ack)
		return XDP_PASS;
	__be16 port = tcp->dest;
	__u64 *known = bpf_map_lookup_elem(&attempts, &port);
	if (known) {
		__sync_fetch_and_add(known, 1);
	} else {
		__u64 one = 1;
		bpf_map_update_elem(&attempts, &port, &one, BPF_ANY);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32);
	__type(value, __u64);
} payloads SEC(".maps");

SEC("xdp")
int payloadHash(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) || ip->protocol != IPPROTO_UDP)
		return XDP_PASS;
	struct udphdr *udp = (void *)ip + ip->ihl * 4;
	if ((void *)(udp + 1) > end)
		return XDP_PASS;
	__u8 *payload = (void *)(udp + 1);
	__u32 hash = 0x811c9dc5;
#pragma clang loop unroll(disable)
	for (int i = 0; i < 64; i++) {
		if ((void *)(payload + i + 1) > end)
			break;
		hash = (hash ^ payload[i]) * 0x01000193;
	}
	__u64 *known = bpf_map_lookup_elem(&payloads, &hash);
	if (known) {
		__sync_fetch_and_add(known, 1);
	} else {
		__u64 one = 1;
		bpf_map_update_elem(&payloads, &hash, &one, BPF_ANY);
	}
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";

/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

#define REQUEST 1
#define REPLY 2

struct mac {
	__u8 bytes[ETH_ALEN];
};

struct arp {
	__be16 hardware_type;
	__be16 protocol_type;
	__u8 hardware_length;
	__u8 protocol_length;
	__be16 operation;
	struct mac sender_mac;
	__be32 sender_ip;
	struct mac target_mac;
	__be32 target_ip;
} __attribute__((packed, aligned(2)));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __be32);
	__type(value, struct mac);
} hosts SEC(".maps");

SEC("xdp")
int arp(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct arp *request = (void *)(eth + 1);
	if ((void *)(request + 1) > end || eth->h_proto != bpf_htons(ETH_P_ARP))
		return XDP_PASS;
	if (request->operation != bpf_htons(REQUEST))
		return XDP_PASS;
	__be32 asked = request->target_ip;
	struct mac *address = bpf_map_lookup_elem(&hosts, &asked);
	if (!address)
		return XDP_PASS;

	__builtin_memcpy(eth->h_dest, eth->h_source, ETH_ALEN);
	__builtin_memcpy(eth->h_source, address, ETH_ALEN);
	request->operation = bpf_htons(REPLY);
	request->target_mac = request->sender_mac;
	request->target_ip = request->sender_ip;
	request->sender_mac = *address;
	request->sender_ip = asked;
	return XDP_TX;
}

char _license[] SEC("license") = "GPL";

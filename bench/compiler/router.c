/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

struct prefix {
	__u32 prefixlen;
	__be32 address;
};

struct next_hop {
	__u32 port;
	__u8 src[ETH_ALEN];
	__u8 dst[ETH_ALEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct prefix);
	__type(value, struct next_hop);
} routes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps");

SEC("xdp")
int router(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	if (ip->ttl <= 1 || ip->ihl != 5)
		return XDP_PASS;
	struct prefix key = { 32, ip->daddr };
	struct next_hop *hop = bpf_map_lookup_elem(&routes, &key);
	if (!hop)
		return XDP_PASS;

	ip->ttl -= 1;
	/* RFC 1624: the word of ttl and protocol went down by 0x0100. */
	__u32 sum = bpf_ntohs(ip->check) + 0x0100;
	ip->check = bpf_htons((sum & 0xffff) + (sum >> 16));
	__builtin_memcpy(eth->h_source, hop->src, ETH_ALEN);
	__builtin_memcpy(eth->h_dest, hop->dst, ETH_ALEN);
	return bpf_redirect_map(&ports, hop->port, XDP_DROP);
}

char _license[] SEC("license") = "GPL";
